import { randomUUID } from 'node:crypto'
import type { Operator, SynapseBed } from './bed.ts'
import { Hand, path } from './http.ts'
import type { Message } from './listen.ts'

/** ms until the bot must have answered; its rate limit lets one message pass in five seconds. */
const patience = 60_000

export interface Ran {
  reply: Message
  body: string
  /** Whether the reply answers the command. */
  answers: boolean
  /** What the bot wrote between the command and the reply. */
  before: Message[]
}

/** An operator who posts commands and reads the room, over plain HTTP. */
export class OperatorHand extends Hand {
  readonly #room: string
  readonly #bot: string

  constructor({ url, roomId, bot }: Pick<SynapseBed, 'url' | 'roomId' | 'bot'>, { token }: Operator) {
    super(url, token)
    this.#room = path`/_matrix/client/v3/rooms/${roomId}`
    this.#bot = bot.mxid
  }

  /** The event id of a new message. */
  async post(body: string): Promise<string> {
    const send = `${this.#room}/send/m.room.message/${randomUUID()}`
    return String((await this.ask('PUT', send, { body: { msgtype: 'm.text', body } })).event_id)
  }

  /** The room's last messages, oldest first, as soon as they are as wanted. Throws when they do not become so. */
  async until(wanted: (messages: Message[]) => boolean): Promise<Message[]> {
    for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
      const { chunk } = await this.ask('GET', `${this.#room}/messages`, { query: { dir: 'b', limit: '50' } })
      const messages = (chunk as Message[]).filter(({ type }) => type === 'm.room.message').reverse()
      if (wanted(messages)) return messages
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('the bot did not answer in time')
  }

  /** What the bot wrote after an event, once it wrote so many messages. */
  async after(eventId: string, count: number): Promise<Message[]> {
    const later = (messages: Message[]) => {
      const at = messages.findIndex(({ event_id }) => event_id === eventId)
      return at < 0 ? [] : messages.slice(at + 1).filter(({ sender }) => sender === this.#bot)
    }
    return later(await this.until((messages) => later(messages).length >= count))
  }

  /** Posts a command and gives the last of the `count` messages that the bot answers it with. */
  async run(line: string, count = 1): Promise<Ran> {
    const command = await this.post(`!admin ${line}`)
    const before = await this.after(command, count)
    const reply = before.pop() as Message
    return { reply, body: String(reply.content.body), answers: answered(reply) === command, before }
  }
}

/** The event that a message answers. */
export function answered({ content }: Message): string | undefined {
  return (content['m.relates_to'] as { 'm.in_reply_to'?: { event_id: string } })?.['m.in_reply_to']?.event_id
}

import type { Answer } from '../homeserver/command.ts'
import { execute, type Tools } from './commands.ts'
import { type Hand, Refusal } from './http.ts'
import { listen, type Message } from './listen.ts'

export interface Executed {
  /** The command without its prefix, its first line only. */
  line: string
  sender: string
  eventId: string
}

export interface BotOptions {
  /** What the bot listens to, beside its own MXID and a colon. Default `!admin`. */
  prefix?: string
  /** Bytes above which a reply is a file. Default 60,000. */
  fileLimit?: number
}

/**
 * A bot with an ordinary account that answers the admin room's commands as continuwuity's does: one after another, in
 * room order. It is ours, so it proves nothing about continuwuity's bot; the server between it and the operator is real.
 */
export class Bot {
  readonly mxid: string
  readonly executed: Executed[] = []
  readonly #hand: Hand
  readonly #tools: Tools
  readonly #prefix: string
  readonly #fileLimit: number
  readonly #end = new AbortController()
  #listening: Promise<void> = Promise.resolve()
  #work: Promise<void> = Promise.resolve()

  constructor(mxid: string, hand: Hand, tools: Tools, { prefix = '!admin', fileLimit = 60_000 }: BotOptions) {
    this.mxid = mxid
    this.#hand = hand
    this.#tools = tools
    this.#prefix = prefix
    this.#fileLimit = fileLimit
  }

  /** How often the server's rate limit held the bot up. */
  get limited(): number {
    return this.#hand.limited
  }

  /** Answers what is in the room and what is written later. */
  start(): void {
    this.#listening = this.#listen()
    // A failure is kept until stop() tells it; it must not end the program before.
    this.#listening.catch(() => {})
  }

  /** Ends listening and the command at work. Throws what made the bot fail before. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#listening.catch((error) => {
      if (error?.name !== 'AbortError') throw error
    })
    await this.#work
  }

  async #listen(): Promise<void> {
    for await (const message of listen(this.#hand, this.#tools.room.id, this.#end.signal)) {
      const line = this.#commandOf(message)
      if (line === undefined) continue
      this.#work = this.#work.then(() => this.#answer(line, message))
      this.#work.catch(() => this.#end.abort())
    }
  }

  /** What stands behind the prefix, or behind the bot's MXID and a colon. Only members write here, and they are the admins. */
  #commandOf({ type, sender, content }: Message): string | undefined {
    const { msgtype, body } = content
    if (type !== 'm.room.message' || sender === this.mxid || msgtype !== 'm.text' || typeof body !== 'string')
      return undefined
    const prefix = [`${this.mxid}:`, this.#prefix].find((each) => body.startsWith(each))
    return prefix === undefined ? undefined : (body.slice(prefix.length).split('\n')[0] ?? '').trim()
  }

  async #answer(line: string, { sender, event_id: eventId, content }: Message): Promise<void> {
    if (this.#end.signal.aborted) return
    this.executed.push({ line, sender, eventId })
    const block = /^[^\n]*\n```[^\n]*\n(.*?)\n?```\s*$/s.exec(String(content.body))?.[1]?.split('\n')
    await this.#reply(await execute(this.#tools, line, block), eventId)
  }

  async #reply({ body, plain }: Answer, command: string): Promise<void> {
    const { room, words } = this.#tools
    const html = plain ? '' : `<p>${htmlOf(body)}</p>\n`
    if (Buffer.byteLength(body) + Buffer.byteLength(html) > this.#fileLimit) return this.#replyWithFile(body)
    const formatted = plain ? {} : { format: 'org.matrix.custom.html', formatted_body: html }
    const relation = { 'm.relates_to': { 'm.in_reply_to': { event_id: command } } }
    try {
      await room.say({ msgtype: 'm.notice', body, ...formatted, ...relation })
    } catch (error) {
      // An event has at most 65,536 bytes, and JSON makes them more than the text has.
      if (!(error instanceof Refusal) || error.status !== 413) throw error
      await room.say({ msgtype: 'm.text', body: words.sentence('unbuildable') })
    }
  }

  /** A file carries no relation. */
  async #replyWithFile(body: string): Promise<void> {
    const [filename, mimetype, bytes] = ['output.md', 'text/markdown', Buffer.from(body)]
    const url = await this.#tools.room.upload(filename, mimetype, bytes)
    const info = { mimetype, size: bytes.length }
    await this.#tools.room.say({ msgtype: 'm.file', body: this.#tools.words.sentence('file'), filename, info, url })
  }
}

function htmlOf(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br />\n')
}

import {
  asUserError,
  DiagnosableError,
  InterruptedError,
  NoReplyError,
  OutputError,
  type UserError,
} from '../../errors.ts'
import { internalError } from '../../system/internal-error.ts'
import type { StepTime } from '../../system/step-time.ts'
import type { MatrixClient } from '../client.ts'
import { ForeignResponseError, MatrixError, UnreachableError } from '../matrix-errors.ts'
import type { Limits } from '../request.ts'
import type { RoomEvent } from '../room-event.ts'
import { askFamily } from '../server-family.ts'
import { newTransactionId } from '../transaction-id.ts'
import { Bounds } from './bounds.ts'
import { correlate, isCommand, type RoomRules } from './correlate.ts'
import { findBots } from './find.ts'
import { isWhole, looksSplit, type Outcome, type TextOutcome } from './outcome.ts'
import { type BotLine, ReplyReader } from './reader.ts'

export { eventIdsOf, isWhole, type Outcome, textOf } from './outcome.ts'
export type { BotLine } from './reader.ts'

/**
 * What a reply may hold. `lines`: none of its lines fills an event, so that an event of it which is not full is the last.
 * `any`: a server that splits replies may have ended an event before it was full.
 */
export type ReplyShape = 'lines' | 'any'

/** A command of an earlier run, and its outcome. */
export interface Earlier {
  line: string
  commandId: string
  outcome: Outcome | undefined
}

/** Events per page when the whole room is read, and events and characters of text that are kept of it. */
const historyPage = 100
const mostEvents = 200_000
const mostText = 48 * 1024 * 1024
/** ms for the whole room, however many pages it has. */
const longestReading = 60_000

/** The room in which the server's bot takes commands: posts them, and recognises the replies. */
export class AdminRoom {
  readonly #client: MatrixClient
  readonly #prefix: string
  readonly roomId: string
  /** By the event ids of what was posted and not released, of which transaction. */
  readonly #posted = new Map<string, string>()
  #reader: ReplyReader | undefined

  constructor(client: MatrixClient, roomId: string, prefix: string) {
    this.#client = client
    this.roomId = roomId
    this.#prefix = prefix
  }

  /** The message that asks for a command: what `--dry-run` shows. */
  static line(prefix: string, words: readonly string[], block?: string): string {
    const line = [...(prefix === '' ? [] : [prefix]), ...words].join(' ')
    return block === undefined ? line : `${line}\n\`\`\`\n${block.replace(/\n$/, '')}\n\`\`\``
  }

  /**
   * Posts a message and gives its event id. Joins first only where posting is forbidden, then posts with the same transaction id.
   * Throws DiagnosableError when nothing was posted, and NoReplyError naming the transaction id when that is not certain.
   */
  async post(line: string, limits: Limits, transactionId: string = newTransactionId()): Promise<string> {
    try {
      return this.#keep(await this.#client.sendText(this.roomId, transactionId, line, limits), transactionId)
    } catch (error) {
      if (!(error instanceof MatrixError) || error.status !== 403) throw postFailure(error, transactionId, this.roomId)
    }
    await this.#client.join(this.roomId, limits)
    try {
      return this.#keep(await this.#client.sendText(this.roomId, transactionId, line, limits), transactionId)
    } catch (error) {
      throw postFailure(error, transactionId, this.roomId)
    }
  }

  /** Two commands of one event id could not be distinguished, and one reply would be taken for both. */
  #keep(eventId: string, transactionId: string): string {
    const other = this.#posted.get(eventId)
    if (other !== undefined && other !== transactionId)
      throw new NoReplyError(`the command was sent, but the homeserver gave it the event ID of another (${eventId})`, {
        hint: 'look into the admin room before you repeat it',
      })
    this.#posted.set(eventId, transactionId)
    return eventId
  }

  /**
   * What became of a command that was posted; undefined if nothing by the deadline. A text that was not known to be whole by then
   * has not ended. `onLine` is called with what the bot says meanwhile. Throws NoReplyError where the room cannot be read.
   */
  async outcome(
    eventId: string,
    deadline: number,
    onLine: (line: BotLine) => void,
    shape: ReplyShape = 'lines',
  ): Promise<Outcome | undefined> {
    try {
      // Asked for while the server is at the command: after the post, on the connection that is there.
      this.#reader ??= new ReplyReader(this.#client, this.roomId, this.#rules({ deadline, patient: true }))
      const outcome = await this.#reader.outcome(eventId, deadline, onLine)
      if (outcome?.kind !== 'text') return outcome
      const mayContinue = (shape === 'any' || looksSplit(outcome.parts)) && (await this.#splits(deadline))
      return mayContinue
        ? await this.#ended(outcome, eventId, deadline)
        : { ...outcome, hasEnded: true, isBroken: false }
    } catch (error) {
      throw lostAfterPost(error, eventId)
    }
  }

  /** Whether this server splits long replies; where that is unknown, it may. */
  async #splits(deadline: number): Promise<boolean> {
    return (await askFamily(this.#client, { deadline })).splitsReplies
  }

  /**
   * A text once no part of it can follow. It has no end of its own: it ends when the bot answers a later command, here one that
   * changes nothing. Where that is not known by the deadline, what there is of the text.
   */
  async #ended(outcome: TextOutcome, eventId: string, deadline: number): Promise<Outcome> {
    if (isWhole(outcome)) return outcome
    try {
      await this.post(AdminRoom.line(this.#prefix, ['--version']), { deadline })
      return (await this.#reader?.wholeOutcome(eventId, deadline)) ?? outcome
    } catch (error) {
      if (error instanceof InterruptedError) throw error
      return outcome
    }
  }

  /** Forgets a command whose outcome is known, so that a long batch takes no more memory than a short one. */
  release(eventId: string): void {
    this.#posted.delete(eventId)
    this.#reader?.release(eventId)
  }

  /** The commands with one of these lines that `sender` posted at any time, oldest first, and what became of each. */
  async earlier(sender: string, lines: ReadonlySet<string>, time: StepTime): Promise<Earlier[]> {
    const limits = (): Limits => ({ deadline: Math.min(time.question, end), patient: true })
    const end = Date.now() + longestReading
    const rules = await this.#rules(limits())
    const isOurs = ({ sender: poster, body }: RoomEvent) => poster === sender && lines.has(body)
    const bounds = new Bounds(mostEvents, mostText)
    const events: RoomEvent[] = []
    let from: string | undefined
    do {
      const page = await this.#client.messagesBackwards(this.roomId, historyPage, from, limits())
      time.next()
      const kept = page.chunk.flatMap((event) => {
        if (rules.bots.has(event.sender) || isOurs(event)) return [event]
        // Of other commands only their place in the order matters.
        return isCommand(event, rules) ? [{ ...event, body: rules.prefix }] : []
      })
      bounds.count(kept)
      for (const event of kept) events.push(event)
      from = page.chunk.length === 0 ? undefined : page.end
    } while (from !== undefined)
    events.reverse()
    const commands = events.filter(isOurs)
    const ours = new Set(commands.map(({ event_id }) => event_id))
    const { outcomes } = correlate(events, ours, rules)
    return commands.map((event) => ({
      line: event.body,
      commandId: event.event_id,
      outcome: outcomes.get(event.event_id),
    }))
  }

  /**
   * What became of a command of an earlier run, which may have died with the server before it was executed. The server answers in
   * room order, so a harmless command that is posted now is the barrier: undefined if that one was answered first. Throws
   * NoReplyError if not even the barrier is answered.
   */
  async earlierOutcome(eventId: string, deadline: number): Promise<Outcome | undefined> {
    const ignore = () => {}
    const barrier = await this.post(AdminRoom.line(this.#prefix, ['--version']), { deadline })
    const ours = this.outcome(eventId, deadline, ignore)
    const answered = this.outcome(barrier, deadline, ignore)
    const outcome = await Promise.race([ours, answered.then(() => undefined)])
    this.#reader?.forget(eventId)
    if (outcome === undefined && (await answered) === undefined)
      throw new NoReplyError('no reply to the command of an earlier run, nor to a harmless test command', {
        hint: 'check that the bot answers in the admin room',
      })
    return outcome
  }

  /** Redacts a reply; the reason names the command, so that other programs can see whose it was. */
  async redact(replyId: string, commandId: string, limits: Limits): Promise<void> {
    await this.#client.redact(
      this.roomId,
      replyId,
      newTransactionId(),
      `read by matrix-users, the reply to ${commandId}`,
      limits,
    )
  }

  async #rules(limits: Limits): Promise<RoomRules> {
    const bots = await findBots(this.#client, this.roomId, limits)
    if (bots.size > 0) return { bots, prefix: this.#prefix }
    throw new DiagnosableError(
      `cannot find out who created the admin room ${this.roomId}, so the bot cannot be identified`,
      {
        hint: 'check that the homeserver answers /state/m.room.create?format=event',
      },
    )
  }
}

/** The error for any failure after the post: it says that the command was sent. */
export function lostAfterPost(error: unknown, eventId: string): UserError {
  if (error instanceof NoReplyError || error instanceof InterruptedError || error instanceof OutputError) return error
  const why = asUserError(error)?.message ?? internalError(error)
  return new NoReplyError(`the command was sent (event ${eventId}), but its reply could not be read: ${why}`, {
    hint: 'look into the admin room before you repeat it',
    cause: error,
  })
}

function postFailure(error: unknown, transactionId: string, roomId: string): unknown {
  const known =
    error instanceof UnreachableError || error instanceof ForeignResponseError || error instanceof MatrixError
  if (known && error.reached)
    return new NoReplyError(
      `the command may have been sent: the homeserver never confirmed it (transaction ${transactionId})`,
      {
        hint: 'look into the admin room, or ask for the account again, before you repeat it',
        cause: error,
      },
    )
  if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN')
    return new DiagnosableError(`the homeserver does not know the room ${roomId}`, {
      hint: 'correct ADMIN_ROOM_ID, or unset it to find the room by its alias',
      cause: error,
    })
  return error
}

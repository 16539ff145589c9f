import { DiagnosableError, InterruptedError, NoReplyError } from '../../errors.ts'
import type { StepTime } from '../../system/step-time.ts'
import type { MatrixClient } from '../client.ts'
import { MatrixError } from '../matrix-errors.ts'
import type { Limits } from '../request.ts'
import { askFamily } from '../server-family.ts'
import { newTransactionId } from '../transaction-id.ts'
import type { RoomRules } from './correlate.ts'
import { findBots } from './find.ts'
import { type Earlier, readEarlier } from './history.ts'
import { isCut, isWhole, looksSplit, type Outcome, type TextOutcome } from './outcome.ts'
import { lostAfterPost, postFailure, unknownRoom } from './post-failures.ts'
import { type BotLine, ReplyReader } from './reader.ts'

export type { Earlier } from './history.ts'
export { textOf } from './join-parts.ts'
export { eventIdsOf, isWhole, type Outcome } from './outcome.ts'
export type { BotLine } from './reader.ts'

/**
 * What a reply may hold. `lines`: none of its lines fills an event, so that an event of it which is not full is the last.
 * `any`: a server that splits replies may have ended an event before it was full.
 */
export type ReplyShape = 'lines' | 'any'

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
      return await this.#send(line, limits, transactionId)
    } catch (error) {
      if (!(error instanceof MatrixError) || error.status !== 403 || error.reached) throw error
    }
    await this.#client.join(this.roomId, limits)
    return this.#send(line, limits, transactionId)
  }

  async #send(line: string, limits: Limits, transactionId: string): Promise<string> {
    try {
      return this.#keep(await this.#client.sendText(this.roomId, transactionId, line, limits), transactionId)
    } catch (error) {
      const isUnknown = error instanceof MatrixError && error.status === 500 && !(await this.#isThere(limits))
      throw isUnknown ? unknownRoom(error, this.roomId) : postFailure(error, transactionId)
    }
  }

  /** The status 500 of a message means that the server failed, or that it does not know the room. */
  #isThere(limits: Limits): Promise<boolean> {
    return this.#client.createEvent(this.roomId, limits).then(
      () => true,
      (error) => !(error instanceof MatrixError),
    )
  }

  /** Posts a command that changes nothing. The bot answers in room order, so once it is answered nothing older is open. Throws as `post` does. */
  postHarmless(limits: Limits): Promise<string> {
    return this.post(AdminRoom.line(this.#prefix, ['--version']), limits)
  }

  /** Two commands of one event id could not be distinguished, and one reply would be taken for both. */
  #keep(eventId: string, transactionId: string): string {
    const other = this.#posted.get(eventId)
    if (other !== undefined && other !== transactionId)
      throw new NoReplyError(
        `the command was sent, but the homeserver gave it the event ID of another message (${eventId})`,
        {
          hint: 'look in the admin room before you repeat it',
        },
      )
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
        : { ...outcome, hasEnded: true, isBroken: isCut(outcome.parts) }
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
      await this.postHarmless({ deadline })
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
  earlier(sender: string, lines: ReadonlySet<string>, time: StepTime): Promise<Earlier[]> {
    const rules = (limits: Limits) => this.#rules(limits)
    return readEarlier({ client: this.#client, roomId: this.roomId, rules }, { sender, lines }, time)
  }

  /**
   * What became of a command of an earlier run, which may have died with the server before it was executed. The server answers in
   * room order, so a harmless command that is posted now is the barrier: undefined if that one was answered first. Throws
   * NoReplyError if not even the barrier is answered.
   */
  async earlierOutcome(eventId: string, deadline: number): Promise<Outcome | undefined> {
    const ignore = () => {}
    const barrier = await this.postHarmless({ deadline })
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

import { DiagnosableError, NoReplyError, UserError } from '../errors.ts'
import { AdminRoom, eventIdsOf, type Outcome, textOf } from '../matrix/admin-room/admin-room.ts'
import type { AuthClient } from '../matrix/auth-client.ts'
import type { Limits } from '../matrix/request.ts'
import { newTransactionId } from '../matrix/transaction-id.ts'
import type { StepTime } from '../system/step-time.ts'
import type { Invite, Ledger, Pending } from './ledger.ts'
import { Recogniser, tokenWords } from './token-recogniser.ts'
import { StillValidError, type TokenServer } from './token-server.ts'
import { UnrecordedError } from './unrecorded-error.ts'

/** Replies that are compared at most to distinguish a new token from one that existed before. */
const enough = 3

export interface RoomTokensOptions {
  auth: AuthClient
  room: AdminRoom
  prefix: string
  /** ms for a reply, as the user set it. */
  timeoutMs: number
  time: StepTime
  warn(text: string): void
}

/** Awaits the outcome of a posted command, by its event id, until a deadline (Unix ms). */
type Waiting = (eventId: string, deadline: number) => Promise<Outcome | undefined>

interface Issued extends Pending {
  eventId: string
  /** The events of the reply. */
  replyIds: readonly [string, ...string[]]
  text: string
}

/** Tokens of a server whose bot chooses and issues them in the admin room. */
export class RoomTokens implements TokenServer {
  readonly #options: RoomTokensOptions
  readonly #recogniser: Recogniser
  /** A token was issued that could not be saved: another would be, too. */
  #isUnrecognisable = false

  constructor(options: RoomTokensOptions) {
    this.#options = options
    this.#recogniser = new Recogniser((word) => options.auth.registrationTokenValid(word, this.#limits))
  }

  async recover(ledger: Ledger): Promise<Invite[]> {
    const pending = ledger.readPending()
    if (pending.length === 0) return []
    const found = await this.#settle(ledger, pending, (eventId, deadline) =>
      this.#options.room.earlierOutcome(eventId, deadline),
    )
    this.#options.time.next()
    return found
  }

  async mint(ledger: Ledger, expires: Date, wanted: number): Promise<Invite[]> {
    if (this.#isUnrecognisable) throw new UserError('the new tokens are not recognised')
    const first = { transactionId: newTransactionId(), expires }
    // Comparing two replies finds their tokens without asking the server about every word.
    const both =
      this.#recogniser.isNew && wanted > 1 ? [first, { transactionId: newTransactionId(), expires }] : [first]
    const invites = await this.#settle(ledger, both, this.#reply)
    if (invites.length === 0) throw new UserError('no new invite was saved')
    return invites
  }

  async valid(tokens: readonly string[]): Promise<Set<string>> {
    const valid = new Set<string>()
    for await (const token of this.#valid(tokens)) valid.add(token)
    return valid
  }

  async firstValid(tokens: readonly string[]): Promise<string | undefined> {
    for await (const token of this.#valid(tokens)) return token
    return undefined
  }

  /** Those of the tokens that the server accepts, asked for one by one. */
  async *#valid(tokens: readonly string[]): AsyncGenerator<string> {
    const { auth, time } = this.#options
    for (const [at, token] of tokens.entries()) {
      if (at > 0) time.next()
      if (await auth.registrationTokenValid(token, this.#limits)) yield token
    }
  }

  async revoke(token: string): Promise<void> {
    const { deadline } = this.#options.time
    await this.#reply(await this.#post(['token', 'revoke', token], deadline, newTransactionId()), deadline)
    if ((await this.valid([token])).size > 0) throw new StillValidError()
  }

  /** Posts the commands (again: the same transaction is the same event), recognises their tokens, records and redacts them. */
  async #settle(ledger: Ledger, pending: Pending[], outcomeOf: Waiting): Promise<Invite[]> {
    ledger.writePending(pending)
    const issued: Issued[] = []
    for (const one of pending) {
      const { deadline } = this.#options.time
      const eventId = await this.#post(['token', 'issue', '--once'], deadline, one.transactionId).catch((error) => {
        // The next run looks for what may have been posted; what certainly was not is removed.
        if (error instanceof DiagnosableError) ledger.writePending(issued)
        throw error
      })
      const reply = this.#issued(one, eventId, await outcomeOf(eventId, deadline))
      if (reply) issued.push(reply)
    }
    const tokens = await this.#recogniser.candidates(issued.map(({ text }) => text))
    if (tokens.some((words) => words.length > 1) && pending.length < enough) {
      const another = { transactionId: newTransactionId(), expires: pending[0]?.expires ?? new Date() }
      return this.#settle(ledger, [...pending, another], this.#reply)
    }
    const invites: Invite[] = []
    const failures: UnrecordedError[] = []
    for (const [at, reply] of issued.entries())
      try {
        const token = await this.#recordOne(ledger, reply, tokens[at] ?? [])
        if (token !== undefined) invites.push({ token, expires: reply.expires, given: undefined })
      } catch (error) {
        if (!(error instanceof UnrecordedError)) throw error
        failures.push(error)
      }
    if (!failures.some(({ live }) => live)) ledger.dropPending()
    if (failures[0]) throw Object.assign(failures[0], { saved: invites })
    return invites
  }

  /** Saves the token of one reply, then redacts the reply. Gives the token, if it is new. */
  async #recordOne(ledger: Ledger, reply: Issued, candidates: string[]): Promise<string | undefined> {
    const saved = new Set(ledger.read().map(({ token }) => token))
    const [token, ...others] = candidates
    if (token !== undefined && others.length === 0 && !saved.has(token)) await this.#record(ledger, reply, token)
    // A killed run may have saved it, and it may have been used since.
    else if (!tokenWords(reply.text).some((word) => saved.has(word))) {
      this.#isUnrecognisable = true
      this.#options.warn(
        `a new token was not recognised, because ${candidates.length === 0 ? 'no word' : 'more than one word'} of the reply is one that the server accepts: look at it in the admin room (event ${reply.replyIds[0]})`,
      )
      return undefined
    }
    await this.#redact(reply)
    return saved.has(token ?? '') ? undefined : token
  }

  /** The reply to one command; undefined where it never came or was redacted, which is done once its token is saved. */
  #issued(pending: Pending, eventId: string, outcome: Outcome | undefined): Issued | undefined {
    if (outcome === undefined || outcome.kind === 'redacted') return undefined
    if (outcome.kind === 'file') throw new UserError('the reply to `token issue` is a file, which was not read')
    return { ...pending, eventId, replyIds: eventIdsOf(outcome), text: textOf(outcome) }
  }

  #post(words: string[], deadline: number, transactionId: string): Promise<string> {
    const { room, prefix } = this.#options
    return room.post(AdminRoom.line(prefix, words), { deadline }, transactionId)
  }

  /** The outcome of a command that was posted now. */
  readonly #reply: Waiting = async (eventId, deadline) => {
    const { room, timeoutMs } = this.#options
    const outcome = await room.outcome(eventId, deadline, () => {})
    if (outcome) return outcome
    throw new NoReplyError(`no reply within ${timeoutMs / 1000}s to a command about tokens`, {
      hint: 'run invite again to look for the reply',
    })
  }

  async #record(ledger: Ledger, reply: Issued, token: string): Promise<void> {
    try {
      ledger.append({ token, expires: reply.expires, given: undefined })
    } catch (error) {
      this.#options.time.next()
      const live = await this.revoke(token).then(
        () => false,
        () => true,
      )
      if (!live) await this.#redact(reply)
      throw new UnrecordedError(live, error)
    }
  }

  get #limits(): Limits {
    return { deadline: this.#options.time.question, patient: true }
  }

  async #redact({ eventId, replyIds }: Issued): Promise<void> {
    for (const replyId of replyIds)
      try {
        await this.#options.room.redact(replyId, eventId, this.#limits)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        this.#options.warn(`cannot redact the reply ${replyId}, so a token stays in the admin room: ${error.message}`)
      }
  }
}

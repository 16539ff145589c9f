import { randomUUID } from 'node:crypto'
import { NoReplyError, UserError } from '../errors.ts'
import { AdminRoom, type Outcome } from '../matrix/admin-room/admin-room.ts'
import type { MatrixClient } from '../matrix/client.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Invite, Ledger, Pending } from './ledger.ts'
import { Recogniser } from './recognise.ts'
import { requestTime, type TokenServer } from './token-server.ts'

const limits = () => ({ deadline: Date.now() + requestTime, patient: true })
/** Replies that are looked at together before we give up telling a new token from one that was there before. */
const enough = 3

export interface RoomTokensOptions {
  client: MatrixClient
  room: AdminRoom
  prefix: string
  /** ms for a reply. */
  timeoutMs: number
  warn(text: string): void
}

interface Issued extends Pending {
  eventId: string
  replyId: string
  text: string
}

/** Tokens of a server whose bot issues them in the admin room, and chooses them. */
export class RoomTokens implements TokenServer {
  readonly #options: RoomTokensOptions
  readonly #recogniser: Recogniser

  constructor(options: RoomTokensOptions) {
    this.#options = options
    this.#recogniser = new Recogniser((word) => options.client.registrationTokenValid(word, limits()))
  }

  async recover(ledger: Ledger): Promise<Invite[]> {
    const pending = ledger.readPending()
    return pending.length === 0 ? [] : this.#settle(ledger, pending)
  }

  mint(ledger: Ledger, expires: Date, wanted: number): Promise<Invite[]> {
    const first = { transactionId: randomUUID(), expires }
    // Two replies tell their tokens from their wording without asking the server for every word.
    const both = this.#recogniser.isNew && wanted > 1 ? [first, { transactionId: randomUUID(), expires }] : [first]
    return this.#settle(ledger, both)
  }

  async valid(tokens: readonly string[]): Promise<Set<string>> {
    const valid = new Set<string>()
    for (const token of tokens) if (await this.#options.client.registrationTokenValid(token, limits())) valid.add(token)
    return valid
  }

  async revoke(token: string): Promise<void> {
    await this.#command(['token', 'revoke', token], randomUUID())
    if ((await this.valid([token])).size > 0)
      throw new UserError('the server still accepts a token that was to be revoked')
  }

  /** Posts the commands (again: the same transaction is the same event), recognises their tokens, records and redacts them. */
  async #settle(ledger: Ledger, pending: Pending[]): Promise<Invite[]> {
    ledger.writePending(pending)
    const issued: Issued[] = []
    for (const one of pending) {
      const reply = await this.#issue(one).catch((error) => {
        // What was posted is looked for by the next run; the command that was not posted is forgotten.
        if (!(error instanceof NoReplyError)) ledger.writePending(issued)
        throw error
      })
      if (reply) issued.push(reply)
    }
    const tokens = await this.#recogniser.candidates(issued.map(({ text }) => text))
    if (tokens.some((words) => words.length > 1) && pending.length < enough)
      return this.#settle(ledger, [
        ...pending,
        { transactionId: randomUUID(), expires: pending[0]?.expires ?? new Date() },
      ])
    const invites: Invite[] = []
    for (const [at, reply] of issued.entries()) {
      const [token, ...others] = tokens[at] ?? []
      if (token === undefined || others.length > 0) continue
      await this.#record(ledger, { token, expires: reply.expires, given: undefined })
      invites.push({ token, expires: reply.expires, given: undefined })
      await this.#redact(reply)
    }
    ledger.dropPending()
    if (invites.length < issued.length)
      throw new UserError(
        'the new token was not recognised: no word of the reply is one that the server accepts, or several are',
        {
          hint: `look at the reply in the admin room (event ${issued.at(-1)?.replyId})`,
        },
      )
    return invites
  }

  /** The reply of one command; undefined where it was redacted, which we do once its token is on record. */
  async #issue(pending: Pending): Promise<Issued | undefined> {
    const { eventId, outcome } = await this.#command(['token', 'issue', '--once'], pending.transactionId)
    if (outcome.kind === 'redacted') return undefined
    if (outcome.kind === 'file') throw new UserError('the reply to `token issue` is a file, and was not read')
    return { ...pending, eventId, replyId: outcome.eventId, text: outcome.body }
  }

  async #command(words: string[], transactionId: string): Promise<{ eventId: string; outcome: Outcome }> {
    const { room, prefix, timeoutMs } = this.#options
    const deadline = Date.now() + timeoutMs
    const eventId = await room.post(AdminRoom.line(prefix, words), { deadline }, transactionId)
    const outcome = await room.outcome(eventId, deadline, () => {})
    if (outcome) return { eventId, outcome }
    throw new NoReplyError(`no reply within ${timeoutMs / 1000}s to \`${words.slice(0, 2).join(' ')}\``, {
      hint: 'the next run of invite looks for the reply; `matrix-users check` looks for the cause',
    })
  }

  async #record(ledger: Ledger, invite: Invite): Promise<void> {
    if (ledger.read().some(({ token }) => token === invite.token)) return
    try {
      ledger.append(invite)
    } catch (error) {
      const problem = `a token was minted and cannot be put on record: ${(error as Error).message}`
      const revoked = await this.revoke(invite.token).then(
        () => true,
        () => false,
      )
      if (revoked) ledger.dropPending()
      throw new UserError(`${problem}; ${revoked ? 'it was revoked' : 'it could not be revoked'}`, {
        hint: revoked
          ? 'make room on the disk, then try again'
          : 'make room on the disk: the next run of invite records it',
        cause: error,
      })
    }
  }

  async #redact({ eventId, replyId }: Issued): Promise<void> {
    try {
      await this.#options.room.redact(replyId, eventId, limits())
    } catch (error) {
      if (!(error instanceof UserError) && !(error instanceof MatrixError)) throw error
      this.#options.warn(`a token stays in the admin room: redacting the reply ${replyId} failed: ${error.message}`)
    }
  }
}

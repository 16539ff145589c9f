import { randomBytes } from 'node:crypto'
import type { Limits } from '../matrix/request.ts'
import type { SynapseTokenApi } from '../matrix/synapse.ts'
import type { StepTime } from '../system/step-time.ts'
import type { Invite, Ledger } from './ledger.ts'
import { StillValidError, type TokenServer } from './token-server.ts'

/** Tokens of a server with Synapse's API, where the client chooses the token: it is saved before it exists. */
export class SynapseTokens implements TokenServer {
  readonly #api: SynapseTokenApi

  readonly #time: StepTime

  constructor(api: SynapseTokenApi, time: StepTime) {
    this.#api = api
    this.#time = time
  }

  /** A saved token that was never created reads as unknown, and the next prune removes it. */
  async recover(): Promise<Invite[]> {
    return []
  }

  async mint(ledger: Ledger, expires: Date): Promise<Invite[]> {
    const invite: Invite = { token: randomBytes(12).toString('hex'), expires, given: undefined }
    ledger.append(invite)
    try {
      await this.#api.create(invite.token, expires, this.#limits)
    } catch (error) {
      // The answer may have been lost. If the server cannot be asked either, the line stays for the next prune.
      const exists = (await this.valid([invite.token]).catch(() => undefined))?.has(invite.token)
      if (exists === false) ledger.rewrite((other) => (other.token === invite.token ? undefined : other))
      if (exists !== true) throw error
    }
    return [invite]
  }

  async valid(tokens: readonly string[]): Promise<Set<string>> {
    const all = (await this.#api.valid(this.#limits)) ?? new Set()
    return new Set(tokens.filter((token) => all.has(token)))
  }

  async firstValid(tokens: readonly string[]): Promise<string | undefined> {
    const valid = await this.valid(tokens)
    return tokens.find((token) => valid.has(token))
  }

  async revoke(token: string): Promise<void> {
    await this.#api.delete(token, this.#limits)
    if ((await this.valid([token])).size > 0) throw new StillValidError()
  }

  get #limits(): Limits {
    return { deadline: this.#time.question, patient: true }
  }
}

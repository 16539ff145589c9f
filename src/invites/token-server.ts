import { UserError } from '../errors.ts'
import type { Invite, Ledger } from './ledger.ts'

/** How a homeserver issues registration tokens: through its admin room, or through Synapse's API. */
export interface TokenServer {
  /** Completes what a killed run started: its token is saved. Gives what was found. */
  recover(ledger: Ledger): Promise<Invite[]>
  /**
   * Mints one of `wanted` single-use tokens, or two at a time; sometimes one more than wanted. They are saved before this
   * returns. Throws UserError; then every live token is saved, or the next run finds it, or the error says so.
   */
  mint(ledger: Ledger, expires: Date, wanted: number): Promise<Invite[]>
  /** Those of the tokens that the server would accept now. Throws where it cannot be asked. */
  valid(tokens: readonly string[]): Promise<Set<string>>
  /** The first of the tokens that the server would accept now, with as few questions as that takes. Throws likewise. */
  firstValid(tokens: readonly string[]): Promise<string | undefined>
  /** Revokes a token. Throws StillValidError if it is still valid. */
  revoke(token: string): Promise<void>
}

/** The server says that a token was revoked, and accepts it. */
export class StillValidError extends UserError {
  constructor() {
    super('the server still accepts the token after it was revoked')
  }
}

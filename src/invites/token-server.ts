import type { Invite, Ledger } from './ledger.ts'

/** How registration tokens are had from a homeserver: through its admin room, or through Synapse's API. */
export interface TokenServer {
  /** Ends what a killed run began: its token is put on record. Gives what was found. */
  recover(ledger: Ledger): Promise<Invite[]>
  /** Mints a single-use token that is on record before this returns; sometimes one more. Throws UserError; then no live token is missing from the ledger, or the error says so. */
  mint(ledger: Ledger, expires: Date): Promise<Invite[]>
  /** Those of the tokens that the server would accept now. Throws where it cannot be asked. */
  valid(tokens: readonly string[]): Promise<Set<string>>
  /** Makes a token worthless. Throws UserError unless it is. */
  revoke(token: string): Promise<void>
}

/** ms for one request about a token, retries included. */
export const requestTime = 10_000

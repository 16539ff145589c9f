import type { Invite, Ledger } from './ledger.ts'

/** How registration tokens are had from a homeserver: through its admin room, or through Synapse's API. */
export interface TokenServer {
  /** Ends what a killed run began: its token is put on record. Gives what was found. */
  recover(ledger: Ledger): Promise<Invite[]>
  /**
   * Mints one of `wanted` single-use tokens, or two at once; sometimes one more than wanted. They are on record before this
   * returns. Throws UserError; then no live token is missing from the ledger, or the next run finds it, or the error says so.
   */
  mint(ledger: Ledger, expires: Date, wanted: number): Promise<Invite[]>
  /** Those of the tokens that the server would accept now. Throws where it cannot be asked. */
  valid(tokens: readonly string[]): Promise<Set<string>>
  /** The first of the tokens that the server would accept now, with as few questions as that takes. Throws likewise. */
  firstValid(tokens: readonly string[]): Promise<string | undefined>
  /** Makes a token worthless. Throws UserError unless it is. */
  revoke(token: string): Promise<void>
}

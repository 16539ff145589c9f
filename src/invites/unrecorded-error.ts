import { asUserError, UserError } from '../errors.ts'
import type { Invite } from './ledger.ts'

/** A token was minted but cannot be saved. `live`: it could not be revoked either. */
export class UnrecordedError extends UserError {
  readonly live: boolean
  /** What was saved of the tokens that were minted together with it. */
  saved: readonly Invite[] = []

  constructor(live: boolean, cause: unknown) {
    const done = live ? 'could not be revoked either' : 'was revoked'
    super(`cannot save a minted token, which ${done}: ${asUserError(cause)?.message ?? 'internal error'}`, {
      hint: live ? 'free disk space (the next run of invite saves it)' : 'free disk space, then try again',
      cause,
    })
    this.live = live
  }
}

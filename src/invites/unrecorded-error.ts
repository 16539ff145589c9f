import { UserError } from '../errors.ts'

/** A token was minted but cannot be saved. `live`: it could not be revoked either. */
export class UnrecordedError extends UserError {
  readonly live: boolean

  constructor(live: boolean, cause: unknown) {
    const done = live ? 'could not be revoked either' : 'was revoked'
    super(`cannot save a minted token, which ${done}: ${(cause as Error).message}`, {
      hint: live ? 'free disk space (the next run of invite saves it)' : 'free disk space, then try again',
      cause,
    })
    this.live = live
  }
}

import { afterPart, asUserError, UserError } from '../errors.ts'
import type { Invite } from './ledger.ts'
import type { Invites } from './open.ts'
import { dropEnded } from './prune.ts'
import { UnrecordedError } from './unrecorded-error.ts'

/** ms after which no new token is minted: cron's next run continues, and a caller that waits 90 s still gets the result. */
const longest = 60_000
const day = 24 * 60 * 60 * 1000

export interface Minting {
  count: number
  days: number
  /** Called with how many there are so far. */
  onProgress?(done: number): void
}

/** What was minted and, if that is less than was asked for, the reason. */
export interface Minted {
  invites: Invite[]
  failure?: UserError
}

/** Mints tokens one after another, each saved before the next. A token that fails does not throw: the result has those that exist. */
export async function mint({ ledger, server, time }: Invites, { count, days, onProgress }: Minting): Promise<Minted> {
  const started = Date.now()
  const invites: Invite[] = []
  try {
    while (invites.length < count) {
      if (Date.now() - started > longest) throw new UserError(`minting took longer than ${longest / 1000} s`)
      invites.push(...(await server.mint(ledger, new Date(Date.now() + days * day), count - invites.length)))
      onProgress?.(Math.min(invites.length, count))
      time.next()
    }
    // One more may have been needed to distinguish a new token from an old one.
    for (const surplus of invites.splice(count)) {
      await server.revoke(surplus.token)
      dropEnded(ledger, new Set([surplus.token]))
      time.next()
    }
    return { invites }
  } catch (error) {
    const failure = asUserError(error)
    if (failure === undefined) throw error
    if (failure instanceof UnrecordedError) invites.push(...failure.saved)
    const done = `${invites.length} of ${count} invites were minted`
    return { invites, failure: invites.length === 0 ? failure : afterPart(done, failure) }
  }
}

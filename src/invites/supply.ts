import { withAudit } from '../audit/with-audit.ts'
import type { Session } from '../config/session.ts'
import { afterPart, asUserError, exitCodes, PartialError } from '../errors.ts'
import type { Limits } from '../matrix/request.ts'
import { giveOut } from './hand-out.ts'
import type { Invite } from './ledger.ts'
import type { Minted, Minting } from './mint.ts'
import { type Invites, type Surroundings, withInvites } from './open.ts'
import { planPrune } from './prune.ts'
import { pruneRecorded } from './recorded.ts'
import { StillValidError } from './token-server.ts'

export interface Wanted extends Omit<Minting, 'onProgress'> {
  /** Instead of a count: prune, then mint only what is missing to this many that were not given yet. */
  ensure?: number | undefined
  /** Called with how many there are so far, and of how many. */
  onProgress?(done: number, wanted: number): void
  /** Shows what was minted to a person: it is given from then on. Not called for none. */
  show?: Shown | undefined
}

export interface Shown {
  /** Called first: nothing is given if it throws. */
  prepare(minted: readonly Invite[], limits: Limits): Promise<string>
  hand(text: string): Promise<void>
}

export interface Supply extends Minted {
  /** With `ensure`: how many unused invites there are now. */
  unused?: number
}

/** Mints invites, recorded before and after. A failure after some were minted is in the result. */
export function mintInvites(session: Session, around: Surroundings, wanted: Wanted): Promise<Supply> {
  return withInvites(session, around, async (invites) => {
    const { ensure, show } = wanted
    if (ensure !== undefined) {
      const { unused, ...kept } = await pruneToUnused(session, around, invites)
      const minted = await mintCounted(session, around, invites, ensure - unused, wanted)
      return { ...kept, ...minted, unused: unused + minted.invites.length }
    }
    const minted = await mintCounted(session, around, invites, wanted.count, wanted)
    if (show && minted.invites.length > 0) {
      const text = await show.prepare(minted.invites, { deadline: invites.time.question }).catch((error) => {
        throw unshown(minted.invites.length, error)
      })
      await giveOut(session, around, invites, minted.invites, () => show.hand(text))
    }
    return minted
  })
}

/** A failure that says what was done before it. */
function unshown(count: number, error: unknown): unknown {
  const cause = asUserError(error)
  const what = count === 1 ? '1 invite was' : `${count} invites were`
  return cause === undefined ? error : afterPart(`${what} minted and saved, but not shown`, cause)
}

async function mintCounted(
  session: Session,
  around: Surroundings,
  invites: Invites,
  count: number,
  wanted: Wanted,
): Promise<Minted> {
  if (count <= 0) return { invites: [] }
  const { mint } = await import('./mint.ts')
  const onProgress = (done: number) => wanted.onProgress?.(done, count)
  onProgress(0)
  return withAudit(
    session,
    around.warn,
    { op: 'invite', target: String(count) },
    () => mint(invites, { count, days: wanted.days, onProgress }),
    (minted) => ({ rc: minted.failure?.exitCode ?? exitCodes.ok.code, outcome: `${minted.invites.length} minted` }),
  )
}

/** Removes what no longer works, and counts what is unused. `failure`: that an invite cannot be revoked, which ends nothing else. */
async function pruneToUnused(
  session: Session,
  around: Surroundings,
  invites: Invites,
): Promise<{ unused: number; failure?: PartialError }> {
  const plan = await planPrune(invites, new Date())
  const unused = plan.keep.filter(({ given }) => given === undefined).length
  try {
    if (plan.revoke.length + plan.drop.length > 0) await pruneRecorded(session, around, invites, plan)
  } catch (error) {
    if (!(error instanceof PartialError && error.cause instanceof StillValidError)) throw error
    return { unused, failure: error }
  }
  return { unused }
}

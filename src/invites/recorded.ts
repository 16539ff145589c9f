import { type Audited, withAudit } from '../audit/with-audit.ts'
import type { Session } from '../config/session.ts'
import { exitCodes, SetupError } from '../errors.ts'
import type { Limits } from '../matrix/request.ts'
import type { Invite } from './ledger.ts'
import type { Minted, Minting } from './mint.ts'
import { type Invites, type Surroundings, withInvites } from './open.ts'
import { isExpired } from './prune.ts'

/** Runs `work` alone with the invites, recorded before and after where it changes something. */
export async function withRecordedInvites(
  session: Session,
  around: Surroundings,
  audited: Audited | undefined,
  work: (invites: Invites) => Promise<void>,
): Promise<void> {
  const done = { rc: exitCodes.ok.code, outcome: 'done' }
  await withAudit(
    session,
    around.warn,
    audited,
    () => withInvites(session, around, work),
    () => done,
  )
}

export interface Wanted extends Omit<Minting, 'onProgress'> {
  /** Instead of a count: prune, then mint only what is missing to this many that were not given yet. */
  ensure?: number | undefined
  /** Called with how many there are so far, and of how many. */
  onProgress?(done: number, wanted: number): void
}

/** Mints invites, recorded before and after. A failure after some were minted is in the result. */
export function mintInvites(session: Session, around: Surroundings, wanted: Wanted): Promise<Minted> {
  return withInvites(session, around, async (invites) => {
    const count = wanted.ensure === undefined ? wanted.count : await missing(invites, wanted.ensure)
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
  })
}

async function missing(invites: Invites, ensure: number): Promise<number> {
  const { prune } = await import('./prune.ts')
  const { kept } = await prune(invites, new Date())
  return ensure - kept.filter(({ given }) => given === undefined).length
}

/**
 * Hands out one valid invite that was not given yet: it is marked as given before `hand` is called with it, and unmarked if
 * that throws. `prepare` is called first, and nothing is marked if it throws. Throws SetupError where none is left.
 */
export function takeInvite<T>(
  session: Session,
  around: Surroundings,
  prepare: (taken: Invite, limits: Limits) => Promise<T>,
  hand: (prepared: T) => Promise<void>,
): Promise<void> {
  return withRecordedInvites(session, around, { op: 'invite-take', target: '' }, async ({ ledger, server, time }) => {
    const now = new Date()
    const free = ledger.read().filter((invite) => invite.given === undefined && !isExpired(invite, now))
    const token = await server.firstValid(free.map(({ token }) => token))
    const taken = free.find((invite) => invite.token === token)
    if (taken === undefined)
      throw new SetupError('no valid invite is left to hand out', {
        shellHint: 'mint some with `matrix-users invite 5`',
      })
    const prepared = await prepare(taken, { deadline: time.question })
    const mark = (given: Date | undefined) =>
      ledger.rewrite((invite) => (invite.token === taken.token ? { ...invite, given } : invite))
    mark(now)
    try {
      await hand(prepared)
    } catch (error) {
      mark(undefined)
      throw error
    }
  })
}

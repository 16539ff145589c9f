import { type Audited, withAudit } from '../audit/with-audit.ts'
import type { Session } from '../config/session.ts'
import { exitCodes, SetupError } from '../errors.ts'
import type { Limits } from '../matrix/request.ts'
import { beginnings, shortened } from './beginning.ts'
import type { Invite } from './ledger.ts'
import type { Minted, Minting } from './mint.ts'
import { type Invites, type Surroundings, withInvites } from './open.ts'
import { isExpired, type PrunePlan, planPrune, prune } from './prune.ts'

/** How many tokens of one command the audit log names at most. */
const mostNamed = 10

/** Does a change that is recorded before and after. */
export function recorded<T>(
  session: Session,
  around: Surroundings,
  audited: Audited,
  work: () => Promise<T>,
  outcome = 'done',
): Promise<T> {
  return withAudit(session, around.warn, audited, work, () => ({ rc: exitCodes.ok.code, outcome }))
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
    const count = wanted.ensure === undefined ? wanted.count : await missing(session, around, invites, wanted.ensure)
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

async function missing(session: Session, around: Surroundings, invites: Invites, ensure: number): Promise<number> {
  const plan = await planPrune(invites, new Date())
  if (plan.revoke.length + plan.drop.length > 0) await pruneRecorded(session, around, invites, plan)
  return ensure - plan.keep.filter(({ given }) => given === undefined).length
}

/** Carries out a plan, recorded before and after with the beginnings of the tokens. Throws as `prune` does. */
export function pruneRecorded(
  session: Session,
  around: Surroundings,
  invites: Invites,
  plan: PrunePlan,
): Promise<void> {
  const { revoke, drop, keep } = plan
  const over = [...revoke, ...drop].map(({ token }) => token)
  const shown = beginnings([...over, ...keep.map(({ token }) => token)])
  const named = over.slice(0, mostNamed).map((token) => `${shown.get(token)}…`)
  const target = [...named, ...(over.length > named.length ? [`and ${over.length - named.length} more`] : [])].join(' ')
  const outcome = `revoked ${revoke.length}, removed ${drop.length}`
  return recorded(session, around, { op: 'invite-prune', target }, () => prune(invites, plan), outcome)
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
  return withInvites(session, around, async ({ ledger, server, time }) => {
    const now = new Date()
    const saved = ledger.read()
    const free = saved.filter((invite) => invite.given === undefined && !isExpired(invite, now))
    const token = await server.firstValid(free.map(({ token }) => token))
    const taken = free.find((invite) => invite.token === token)
    if (taken === undefined)
      throw new SetupError('no valid invite is left to hand out', {
        shellHint: 'mint some with `matrix-users invite 5`',
      })
    const prepared = await prepare(taken, { deadline: time.question })
    const mark = (given: Date | undefined) =>
      ledger.rewrite((invite) => (invite.token === taken.token ? { ...invite, given } : invite))
    const tokens = saved.map(({ token }) => token)
    const audited = { op: 'invite-take', target: shortened(taken.token, tokens) }
    await recorded(session, around, audited, async () => {
      mark(now)
      try {
        await hand(prepared)
      } catch (error) {
        mark(undefined)
        throw error
      }
    })
  })
}

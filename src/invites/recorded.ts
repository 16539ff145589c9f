import { type Audited, withAudit } from '../audit/with-audit.ts'
import type { Session } from '../config/session.ts'
import { exitCodes } from '../errors.ts'
import { beginnings } from './beginning.ts'
import type { Invites, Surroundings } from './open.ts'
import { type PrunePlan, prune } from './prune.ts'

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

/** Carries out a plan, recorded before and after with the beginnings of the tokens. Throws as `prune` does. */
export function pruneRecorded(
  session: Session,
  around: Surroundings,
  invites: Invites,
  plan: PrunePlan,
): Promise<void> {
  const { revoke, drop, keep } = plan
  const [expired = [], gone = [], kept = []] = [revoke, drop, keep].map((some) => some.map(({ token }) => token))
  const all = [...expired, ...gone, ...kept]
  const target = named([...expired, ...gone], all)
  // An invite that is not in the file any more is asked for here: was it used?
  const outcome = [
    ...(expired.length > 0 ? [`expired: ${named(expired, all)}`] : []),
    ...(gone.length > 0 ? [`used or unknown: ${named(gone, all)}`] : []),
  ].join('; ')
  return recorded(session, around, { op: 'invite-prune', target }, () => prune(invites, plan), outcome)
}

/** The beginnings of tokens for the audit log: not of all, where there are many. */
export function named(tokens: readonly string[], all: readonly string[]): string {
  const shown = beginnings([...tokens, ...all])
  const named = tokens.slice(0, mostNamed).map((token) => `${shown.get(token)}…`)
  return [...named, ...(tokens.length > named.length ? [`and ${tokens.length - named.length} more`] : [])].join(' ')
}

import type { Session } from '../config/session.ts'
import { shortened } from './beginning.ts'
import type { Invite } from './ledger.ts'
import { type Surroundings, withInvites } from './open.ts'
import { dropEnded, isExpired, type PrunePlan, planPrune } from './prune.ts'
import { pruneRecorded, recorded } from './recorded.ts'

export interface SavedInvite extends Invite {
  state: 'valid' | 'given' | 'expired' | 'used or unknown'
}

/** The saved invites, and what the server says of each. */
export function listInvites(session: Session, around: Surroundings): Promise<SavedInvite[]> {
  return withInvites(session, around, async ({ ledger, server }) => {
    const now = new Date()
    const invites = ledger.read()
    const valid = await server.valid(invites.map(({ token }) => token))
    return invites.map((invite) => ({ ...invite, state: stateOf(invite, valid, now) }))
  })
}

export interface RevokedInvite {
  /** The beginning of its token, as `shortened` gives it. */
  shown: string
  /** Whether the server still accepted it. */
  wasValid: boolean
}

/**
 * Revokes the token that `choose` gives, saved or not, and removes it from the list; recorded before and after. `isValid` asks
 * the server.
 */
export function revokeInvite(
  session: Session,
  around: Surroundings,
  choose: (invites: readonly Invite[], isValid: (token: string) => Promise<boolean>) => Promise<string>,
): Promise<RevokedInvite> {
  return withInvites(session, around, async ({ ledger, server }) => {
    const isValid = async (token: string) => (await server.valid([token])).has(token)
    const invites = ledger.read()
    const token = await choose(invites, isValid)
    const wasValid = await isValid(token)
    const tokens = invites.map(({ token }) => token)
    const shown = shortened(token, tokens)
    const revoke = async () => {
      if (wasValid) await server.revoke(token)
      dropEnded(ledger, new Set([token]))
    }
    const audited = { op: 'invite-revoke', target: shown }
    await recorded(session, around, audited, revoke, wasValid ? 'done' : 'already so')
    return { shown, wasValid }
  })
}

/** Revokes what has expired, and drops what is used or unknown, recorded before and after. Throws as `prune` does. */
export function removeInvites(session: Session, around: Surroundings): Promise<PrunePlan> {
  return withInvites(session, around, async (invites) => {
    const plan = await planPrune(invites, new Date())
    await pruneRecorded(session, around, invites, plan)
    return plan
  })
}

function stateOf(invite: Invite, valid: ReadonlySet<string>, now: Date): SavedInvite['state'] {
  if (!valid.has(invite.token)) return 'used or unknown'
  if (isExpired(invite, now)) return 'expired'
  return invite.given ? 'given' : 'valid'
}

import type { Session } from '../config/session.ts'
import type { Invite } from './ledger.ts'
import type { Surroundings } from './open.ts'
import { isExpired, type Pruned, prune } from './prune.ts'
import { withRecordedInvites } from './recorded.ts'

export interface SavedInvite extends Invite {
  state: 'valid' | 'given' | 'expired' | 'used or unknown'
}

/** The saved invites, and what the server says of each. */
export async function listInvites(session: Session, around: Surroundings): Promise<SavedInvite[]> {
  let listed: SavedInvite[] = []
  await withRecordedInvites(session, around, undefined, async ({ ledger, server }) => {
    const now = new Date()
    const invites = ledger.read()
    const valid = await server.valid(invites.map(({ token }) => token))
    listed = invites.map((invite) => ({ ...invite, state: stateOf(invite, valid, now) }))
  })
  return listed
}

/**
 * Revokes the token that `choose` gives, saved or not, and removes it from the list; recorded before and after. `isValid` asks
 * the server. Gives whether the server still accepted it.
 */
export async function revokeInvite(
  session: Session,
  around: Surroundings,
  choose: (invites: readonly Invite[], isValid: (token: string) => Promise<boolean>) => Promise<string>,
): Promise<boolean> {
  let lives = false
  await withRecordedInvites(session, around, { op: 'invite-revoke', target: '' }, async ({ ledger, server }) => {
    const isValid = async (token: string) => (await server.valid([token])).has(token)
    const token = await choose(ledger.read(), isValid)
    lives = await isValid(token)
    if (lives) await server.revoke(token)
    ledger.rewrite((invite) => (invite.token === token ? undefined : invite))
  })
  return lives
}

/** Revokes what has expired, and drops what is used or unknown, recorded before and after. Throws as `prune` does. */
export async function removeInvites(session: Session, around: Surroundings): Promise<Pruned> {
  let pruned: Pruned | undefined
  await withRecordedInvites(session, around, { op: 'invite-prune', target: '' }, async (invites) => {
    pruned = await prune(invites, new Date())
  })
  return pruned ?? { revoked: 0, dropped: 0, kept: [] }
}

function stateOf(invite: Invite, valid: ReadonlySet<string>, now: Date): SavedInvite['state'] {
  if (isExpired(invite, now)) return 'expired'
  if (!valid.has(invite.token)) return 'used or unknown'
  return invite.given ? 'given' : 'valid'
}

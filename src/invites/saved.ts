import type { Session } from '../config/session.ts'
import { SetupError } from '../errors.ts'
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

/** Revokes the token that `choose` gives, recorded before and after; gives whether the server still accepted it. */
export async function revokeInvite(
  session: Session,
  around: Surroundings,
  choose: (invites: readonly Invite[]) => string,
): Promise<boolean> {
  let lives = false
  await withRecordedInvites(session, around, { op: 'invite-revoke', target: '' }, async ({ ledger, server }) => {
    const invites = ledger.read()
    const token = choose(invites)
    lives = (await server.valid([token])).has(token)
    if (!lives && !invites.some((invite) => invite.token === token))
      throw new SetupError('the server accepts no such token, and it is not saved: nothing was revoked', {
        hint: 'check it for typing errors (`matrix-users invite list --show` lists the saved invites)',
      })
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

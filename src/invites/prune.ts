import { PartialError, UserError } from '../errors.ts'
import type { Invite } from './ledger.ts'
import type { Invites } from './open.ts'

/** What of the saved invites is revoked, dropped from the file, and kept. */
export interface PrunePlan {
  /** Expired ones that the server still accepts. */
  revoke: Invite[]
  /** Used, expired or unknown ones. */
  drop: Invite[]
  /** The valid ones, given or not. */
  keep: Invite[]
}

/** Asks the server which saved invites it still accepts. Throws where it cannot be asked, and nothing is changed then. */
export async function planPrune({ ledger, server }: Invites, now: Date): Promise<PrunePlan> {
  const invites = ledger.read()
  const valid = await server.valid(invites.map(({ token }) => token))
  const [accepted, drop] = [true, false].map((isValid) => invites.filter(({ token }) => valid.has(token) === isValid))
  const [revoke, keep] = [true, false].map((isOver) => accepted?.filter((one) => isExpired(one, now) === isOver))
  return { revoke: revoke ?? [], drop: drop ?? [], keep: keep ?? [] }
}

/**
 * Revokes what has expired, since not every server can end a single-use token by itself, and drops from the file what the
 * server no longer accepts. Throws PartialError if a token could not be revoked; it stays in the file.
 */
export async function prune({ ledger, server, time }: Invites, { revoke, drop }: PrunePlan): Promise<void> {
  const over = new Set(drop.map(({ token }) => token))
  const failures: UserError[] = []
  for (const { token } of revoke)
    try {
      time.next()
      await server.revoke(token)
      over.add(token)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failures.push(error)
    }
  ledger.rewrite((invite) => (over.has(invite.token) ? undefined : invite))
  if (failures[0])
    throw new PartialError(`${failures.length} expired invites could not be revoked: ${failures[0].message}`)
}

/** Whether an invite has expired. One without a time never does. */
export function isExpired({ expires }: Invite, now: Date): boolean {
  return expires !== undefined && expires.getTime() <= now.getTime()
}

import { PartialError, UserError } from '../errors.ts'
import type { Invite } from './ledger.ts'
import type { Invites } from './open.ts'

export interface Pruned {
  /** Expired ones that the server still accepted: revoked. */
  revoked: number
  /** Used, expired or unknown ones: dropped from the file. */
  dropped: number
  /** The valid ones, given or not. */
  kept: Invite[]
}

/**
 * Revokes what has expired, since not every server can end a single-use token by itself, and drops from the file what the
 * server no longer accepts. Where the server cannot be asked nothing is changed. Throws PartialError if a token could not be revoked.
 */
export async function prune({ ledger, server, time }: Invites, now: Date): Promise<Pruned> {
  const invites = ledger.read()
  const valid = await server.valid(invites.map(({ token }) => token))
  const over = invites.filter((invite) => valid.has(invite.token) && isExpired(invite, now))
  const failures: UserError[] = []
  for (const { token } of over)
    try {
      time.next()
      await server.revoke(token)
      valid.delete(token)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failures.push(error)
    }
  ledger.rewrite((invite) => (valid.has(invite.token) ? invite : undefined))
  if (failures[0])
    throw new PartialError(`${failures.length} expired invites could not be revoked: ${failures[0].message}`)
  const kept = invites.filter(({ token }) => valid.has(token))
  return { revoked: over.length, dropped: invites.length - kept.length - over.length, kept }
}

/** Whether an invite has expired. One without a time never does. */
export function isExpired({ expires }: Invite, now: Date): boolean {
  return expires !== undefined && expires.getTime() <= now.getTime()
}

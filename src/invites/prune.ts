import { asUserError, InterruptedError, PartialError, SetupError, UserError } from '../errors.ts'
import type { Invite, Ledger } from './ledger.ts'
import type { Invites } from './open.ts'
import { StillValidError } from './token-server.ts'

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
 * server no longer accepts. Throws PartialError if a token could not be revoked, and InterruptedError; what was not revoked
 * stays in the file.
 */
export async function prune({ ledger, server, time }: Invites, { revoke, drop }: PrunePlan): Promise<void> {
  const ended = new Set(drop.map(({ token }) => token))
  let failure: UserError | undefined
  for (const { token } of revoke)
    try {
      time.next()
      await server.revoke(token)
      ended.add(token)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      failure = error
      // Any other failure would meet the next token too, and cost its time.
      if (!(error instanceof StillValidError)) break
    }
  dropEnded(ledger, ended)
  if (failure instanceof InterruptedError) throw failure
  const left = drop.length + revoke.length - ended.size
  if (failure)
    throw new PartialError(
      `${left} expired ${left === 1 ? 'invite' : 'invites'} could not be revoked: ${failure.message}`,
      {
        ...failure.hints,
        cause: failure,
      },
    )
}

/** Drops the lines of tokens that no longer work. Throws SetupError, which says so, where the file cannot be written. */
export function dropEnded(ledger: Ledger, tokens: ReadonlySet<string>): void {
  try {
    ledger.rewrite((invite) => (tokens.has(invite.token) ? undefined : invite))
  } catch (error) {
    const cause = asUserError(error)
    if (cause === undefined) throw error
    const what =
      tokens.size === 1 ? '1 invite no longer works, but stays' : `${tokens.size} invites no longer work, but stay`
    throw new SetupError(`${what} in the list: ${cause.message}`, {
      shellHint: 'run `matrix-users invite prune` when this is fixed',
      cause,
    })
  }
}

/** Whether an invite has expired. One without a time never does. */
export function isExpired({ expires }: Invite, now: Date): boolean {
  return expires !== undefined && expires.getTime() <= now.getTime()
}

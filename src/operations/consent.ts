import type { AccountState } from '../accounts/account-state.ts'
import { RefusedError, SetupError } from '../errors.ts'
import type { Operation } from './table.ts'
import type { Target } from './target.ts'

/** What the user is asked to type before something that must be confirmed. */
export interface Confirmation {
  operation: Operation
  targets: readonly Target[]
  /** The account's id, or how many accounts they are. */
  expected: string
}

export interface Consent {
  /** Given beforehand. */
  yes: boolean
  /** Asks the user, and gives what was typed; undefined where there is no terminal. */
  retype: ((question: Confirmation) => Promise<string>) | undefined
}

/** Throws RefusedError if the operator's own account may be meant by mistake; `self`: it is meant. An operator is an admin, whom the server may spare. */
export function refuseOwnAccount(
  operation: Operation | undefined,
  mxid: string | undefined,
  operator: string,
  self: boolean,
): void {
  if (mxid !== operator) return
  if (operation?.sparesAdmins)
    throw new RefusedError(`${mxid} is the operator's own account, and ${notForAdmins(operation)}: nothing was sent`, {
      hint: 'ask another admin to remove it from the admin room first',
    })
  if (operation?.sparesOperator && !self)
    throw new RefusedError(`${mxid} is the operator's own account: nothing was sent`, {
      shellHint: 'add --self if you mean it',
    })
}

function notForAdmins({ past }: Operation): string {
  return `an admin cannot be ${past?.replace(' %', '')}`
}

/**
 * Throws RefusedError if the server would refuse the operation because the account is an admin: its reply says so only in
 * words, which are not read. `bots` is asked only then.
 */
export async function refuseAdmin(
  operation: Operation,
  mxid: string | undefined,
  isAdmin: boolean | undefined,
  bots: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  if (!operation.sparesAdmins || !isAdmin) return
  if (mxid !== undefined && (await bots()).has(mxid))
    throw new RefusedError(`${mxid} is the server's bot, which answers commands in the admin room: nothing was sent`)
  throw new RefusedError(`${mxid} is an admin, and ${notForAdmins(operation)}: nothing was sent`, {
    hint: 'remove it from the admin room in a Matrix app first',
  })
}

/** Throws RefusedError if the server does not know the account. */
export function refuseMissing(operation: Operation, mxid: string | undefined, state: AccountState): void {
  if (operation.needsAccount && state === 'missing')
    throw new RefusedError(`no such account: ${mxid} (nothing was sent)`, {
      shellHint: 'run `matrix-users list` to see the accounts',
    })
}

/** Throws RefusedError if the operation also ends sessions, on a server whose admin room has no word for that. */
export function refuseEndingSessions({ endsSessions }: Operation): void {
  if (endsSessions)
    throw new RefusedError('reset-password cannot end sessions on this server: nothing was sent', {
      shellHint: 'run reset-password without --logout, then run logout',
    })
}

/** Throws SetupError unless the user confirms it. */
export async function requireConsent(
  operation: Operation,
  targets: readonly Target[],
  { yes, retype }: Consent,
): Promise<void> {
  const [first] = targets
  if (operation.retype === undefined || yes || first === undefined) return
  if (retype === undefined)
    throw new SetupError(`${operation.name} must be confirmed, because it ${operation.retype}: nothing was sent`, {
      shellHint: 'run it in a terminal, or add --yes',
    })
  const expected = targets.length === 1 ? first.mxid : String(targets.length)
  const typed = await retype({ operation, targets, expected })
  if (typed.trim() === expected) return
  throw targets.length === 1
    ? new SetupError('the user ID does not match: nothing was sent', { hint: `type ${expected}` })
    : new SetupError(`the number of accounts does not match (${expected}): nothing was sent`)
}

/** The server would make a later account of that name an admin, so only one that is there now is accepted. Throws SetupError. */
export function requireActive(
  operation: Operation,
  mxid: string | undefined,
  state: AccountState,
  insist: boolean,
): void {
  if (!operation.grantsAdmin) return
  if (state === 'active' || state === 'admin' || (state === 'unknown' && insist)) return
  if (state === 'unknown')
    throw new SetupError(`this server cannot tell if ${mxid} exists: nothing was sent`, {
      shellHint: 'add --yes if you are sure that it exists (a later account of that name would be an admin)',
    })
  throw new SetupError(`${mxid} is ${state}: only an active account can be made an admin (nothing was sent)`)
}

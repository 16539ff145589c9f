import type { AccountState } from '../accounts/account-state.ts'
import { SetupError } from '../errors.ts'
import type { Operation } from './table.ts'
import type { Target } from './target.ts'

/** What a person is asked to type before something that cannot be undone is done. */
export interface Question {
  operation: Operation
  targets: readonly Target[]
  /** The account's id, or how many accounts they are. */
  expected: string
}

export interface Consent {
  /** Given beforehand. */
  yes: boolean
  /** The operator's own account is meant. */
  self: boolean
  /** Asks a person, and gives what was typed; undefined where nobody can be asked. */
  retype: ((question: Question) => Promise<string>) | undefined
}

/** Throws SetupError if the operator's own account is meant by mistake. */
export function refuseOwnAccount(
  operation: Operation,
  targets: readonly Target[],
  operator: string,
  { self }: Pick<Consent, 'self'>,
): void {
  if (operation.irreversible && !self && targets.some(({ mxid }) => mxid === operator))
    throw new SetupError(`${operator} is the operator's own account: nothing was sent`, {
      shellHint: 'add --self if you mean it',
    })
}

/** Throws SetupError unless what cannot be undone is wanted. */
export async function requireConsent(
  operation: Operation,
  targets: readonly Target[],
  { yes, retype }: Pick<Consent, 'yes' | 'retype'>,
): Promise<void> {
  const [first] = targets
  if (!operation.irreversible || yes || first === undefined) return
  if (retype === undefined)
    throw new SetupError(`${operation.name} cannot be undone: nothing was sent`, {
      shellHint: 'add --yes where nobody can be asked',
    })
  const expected = targets.length === 1 ? first.mxid : String(targets.length)
  const typed = await retype({ operation, targets, expected })
  if (typed.trim() === expected) return
  throw targets.length === 1
    ? new SetupError('the id was not retyped exactly: nothing was sent', { hint: `it is ${expected}` })
    : new SetupError(`that is not how many they are (${expected}): nothing was sent`)
}

/** The server would make a later account of that name an admin, so only one that is there now is accepted. Throws SetupError. */
export function requireActive(mxid: string | undefined, state: AccountState, insist: boolean): void {
  if (state === 'active' || state === 'admin' || (state === 'unknown' && insist)) return
  if (state === 'unknown')
    throw new SetupError(`whether ${mxid} exists cannot be asked on this server: nothing was sent`, {
      shellHint: 'a later account of that name would be an admin; add --yes if you are sure of it',
    })
  throw new SetupError(`${mxid} is ${state}: only an active account can be made an admin; nothing was sent`)
}

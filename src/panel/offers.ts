import type { Account } from '../accounts/states.ts'
import type { Operation } from '../operations/table.ts'
import { changes, operationNamed } from './operation-words.ts'

/** What can be done to an account as it is now, and why something else cannot. */
export interface Offers {
  operations: readonly Operation[]
  reasons: readonly string[]
  isOperator: boolean
}

/** From what is asked for often to what cannot be undone; an operation that is not named here comes before that. */
const order = [
  ...new Set([
    'unsuspend',
    'unlock',
    'suspend',
    'lock',
    'reset-password',
    'logout',
    ...changes.map(({ name }) => name),
  ]),
]
  .filter((name) => name !== 'deactivate')
  .concat('deactivate')

/** `operator`: whose token is used. */
export function offersFor(account: Account, operator: string): Offers {
  const { userId, state, suspended, locked, admin, bot } = account
  const isOperator = userId === operator
  const none = (reason: string): Offers => ({ operations: [], reasons: [reason], isOperator })
  if (bot)
    return none('This is the server’s bot, which answers the commands in the admin room. The panel does not change it.')
  if (state === 'missing') return none('There is no account with this name.')
  if (state === 'deactivated') return none('This account was deactivated permanently. Its name cannot be used again.')
  if (!isAddressable(userId)) return none('The panel cannot change accounts with a historical user ID.')
  const left = new Set(changes.map(({ name }) => name))
  const reasons: string[] = []
  left.delete('create')
  left.delete(suspended ? 'suspend' : suspended === false ? 'unsuspend' : '')
  left.delete(locked ? 'lock' : locked === false ? 'unlock' : '')
  if (admin) {
    for (const { name, sparesAdmins, grantsAdmin } of changes) if (sparesAdmins || grantsAdmin) left.delete(name)
    reasons.push('This account is an admin. The server does not suspend, lock or log out admins.')
  }
  if (isOperator) {
    for (const { name, sparesOperator, sparesAdmins } of changes) if (sparesOperator || sparesAdmins) left.delete(name)
    reasons.push(
      'This is the operator’s own account. The panel uses its token, so it cannot be suspended, locked, logged out or deactivated here.',
    )
  }
  const offered = order.filter((name) => left.has(name)).flatMap((name) => operationNamed(name) ?? [])
  return { operations: offered, reasons, isOperator }
}

/** Whether commands can be about it: historical user IDs may hold capitals and other characters. */
function isAddressable(userId: string): boolean {
  return /^@[a-z0-9][a-z0-9._=-]{0,63}:/.test(userId)
}

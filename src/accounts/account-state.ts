import { InterruptedError } from '../errors.ts'
import type { Limits } from '../matrix/request.ts'
import { type AccountFacts, type AccountServer, askAccount, type StateQuestion } from './account-facts.ts'

/**
 * An account's state. `admin`: an admin other than the operator, of whom the server says nothing more.
 * `unknown`: the server cannot be asked, or the question failed.
 */
export type AccountState = 'active' | 'suspended' | 'locked' | 'deactivated' | 'missing' | 'admin' | 'unknown'

/**
 * Asks for the state of one account. `lock` answers active or locked; `suspend` answers active or suspended.
 * Throws only InterruptedError: the command that the question accompanies must not fail with it.
 */
export async function askAccountState(
  server: AccountServer,
  question: StateQuestion,
  mxid: string,
  limits: Limits,
): Promise<AccountState> {
  const { standing, suspended, locked, admin } = await askAccount(server, [question], mxid, limits).catch(
    (error): AccountFacts => {
      if (error instanceof InterruptedError) throw error
      return { standing: 'unknown' }
    },
  )
  if (standing === 'unknown') return admin ? 'admin' : 'unknown'
  if (standing !== 'present') return standing
  if (question === 'lock') return flagState(locked, 'locked')
  return flagState(suspended, 'suspended')
}

/** The state as a sentence about the account says it. */
export function describeState(state: AccountState): string {
  return state === 'admin' ? 'an admin' : state
}

function flagState(value: boolean | undefined, name: 'locked' | 'suspended'): AccountState {
  if (value === undefined) return 'unknown'
  return value ? name : 'active'
}

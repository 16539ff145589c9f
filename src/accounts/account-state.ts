import type { Limits, MatrixClient } from '../matrix/client.ts'
import { MatrixError } from '../matrix/errors.ts'

/** What the server says of an account. `unknown`: it has no such endpoint, or the question failed. */
export type AccountState = 'active' | 'suspended' | 'locked' | 'deactivated' | 'missing' | 'unknown'

/**
 * Asks the server for an account's state (MSC4323, Matrix 1.18; server admins only).
 * `lock` answers active or locked; `suspend` answers active or suspended. Never throws but for an interruption:
 * a question that fails is `unknown`, because the command that it accompanies must not fail with it.
 */
export async function askAccountState(
  client: MatrixClient,
  kind: 'suspend' | 'lock',
  mxid: string,
  limits: Limits,
): Promise<AccountState> {
  try {
    const answer = await client.accountModeration(kind, mxid, limits)
    if (kind === 'lock') return booleanState(answer.locked, 'locked')
    return booleanState(answer.suspended, 'suspended')
  } catch (error) {
    if (!(error instanceof MatrixError)) return 'unknown'
    if (error.errcode === 'M_USER_DEACTIVATED') return 'deactivated'
    if (error.errcode === 'M_NOT_FOUND') return 'missing'
    return 'unknown'
  }
}

function booleanState(value: unknown, name: 'locked' | 'suspended'): AccountState {
  if (typeof value !== 'boolean') return 'unknown'
  return value ? name : 'active'
}

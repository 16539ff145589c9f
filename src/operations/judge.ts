import { type AccountState, describeState } from '../accounts/account-state.ts'
import type { Operation } from './table.ts'

export interface Verdict {
  /** true: done; false: it had no effect; null: the account's state cannot tell. */
  effect: boolean | null
  /** What a person should be told, where the verdict alone would surprise. */
  note?: string
}

/**
 * What the account's state before and after an operation says of its effect. No reply's wording is read.
 * @param isMember whether the account is in the admin room before and after; undefined where that was not asked.
 */
export function judge(
  operation: Operation,
  before: AccountState,
  after: AccountState,
  isMember?: { before: boolean | undefined; after: boolean | undefined },
): Verdict {
  const { effect } = operation
  if (effect === undefined) return { effect: null }
  if (isMember?.after !== undefined) {
    if (!isMember.after) return { effect: false, note: 'the account is not in the admin room' }
    return isMember.before === true ? { effect: null, note: 'the account was an admin already' } : { effect: true }
  }
  if (after === 'unknown' || effect.hidden?.includes(after)) return { effect: null }
  if (effect.silent?.includes(after)) return { effect: null }
  if (!effect.done.includes(after)) return { effect: false, note: `the account is ${describeState(after)}` }
  if (before === 'unknown' || !effect.done.includes(before))
    return { effect: before === 'unknown' && operation.name === 'create' ? null : true }
  return operation.name === 'create'
    ? { effect: false, note: 'the name was taken' }
    : { effect: null, note: `the account was ${describeState(before)} already` }
}

import { type AccountState, describeState } from '../accounts/account-state.ts'
import type { Operation } from './table.ts'

/** What is known of an account before or after a command. */
export interface Observed {
  state: AccountState
  /** Whether it is in the admin room; undefined where that is unknown. */
  isMember: boolean | undefined
}

export interface Verdict {
  /** true: done; false: it had no effect; null: the account's state does not show it. */
  effect: boolean | null
  /** An explanation, where the verdict alone would surprise. */
  note?: string
  /** Nothing changed, because it was so before. */
  already?: true
}

/** What an account's state before and after an operation says of its effect. No reply's wording is read. */
export function judge(operation: Operation, before: Observed, after: Observed): Verdict {
  const { effect } = operation
  if (effect === undefined) return { effect: null }
  if (after.isMember !== undefined) {
    if (!after.isMember) return { effect: false, note: 'the account is not in the admin room' }
    return before.isMember === true
      ? { effect: null, already: true, note: 'the account was already an admin' }
      : { effect: true }
  }
  if (after.state === 'unknown' || effect.hidden?.includes(after.state)) return { effect: null }
  if (effect.silent?.includes(after.state))
    return before.state === 'deactivated'
      ? { effect: true, note: 'the account was deactivated and is active again' }
      : { effect: null }
  if (!effect.done.includes(after.state)) {
    const kept = operation.name === 'create' && after.state === 'deactivated' ? '; its name cannot be used again' : ''
    return { effect: false, note: `the account is ${describeState(after.state)}${kept}` }
  }
  if (before.state === 'unknown' || !effect.done.includes(before.state))
    return { effect: before.state === 'unknown' && operation.name === 'create' ? null : true }
  return operation.name === 'create'
    ? { effect: false, note: 'the name was taken' }
    : { effect: null, already: true, note: `the account was already ${describeState(before.state)}` }
}

import type { CommonFlags } from '../../config/context.ts'
import type { Session } from '../../config/session.ts'
import type { Operation } from '../../operations/table.ts'

/** What the commands of operations take. */
export interface OperationArgs extends CommonFlags {
  user?: string | string[]
  from?: string
  parallel?: string
  failed?: string
  resume?: boolean
  dryRun?: boolean
  yes?: boolean
  self?: boolean
  passwords?: boolean
  logout?: boolean
}

/** Whether the accounts' state shows what an earlier run has done. */
export function canResume(operation: Operation): boolean {
  return takesMany(operation) && operation.effect?.silent === undefined
}

/** Whether one command may name several accounts. */
export function takesMany({ argument, grantsAdmin }: Operation): boolean {
  return argument !== 'none' && !grantsAdmin
}

/** Recognises passwords for all accounts of a run, where that is asked for. */
export async function passwordsWanted({ passwords }: OperationArgs, session: Session) {
  return passwords ? (await import('../results/passwords.ts')).passwordsOf(session) : undefined
}

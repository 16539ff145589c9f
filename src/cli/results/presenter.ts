import type { ItemWatcher } from '../../operations/batch/run.ts'
import type { AdminCommand } from '../../operations/command.ts'
import type { Result } from '../../operations/result.ts'

/** Shows what becomes of one command. */
export interface Presenter extends ItemWatcher {
  ended(result: Result): Promise<void>
  /** Says what was done, after one command. */
  succeeded(command: AdminCommand, result: Result): void
}

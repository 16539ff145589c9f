import type { AdminCommand } from '../../operations/admin-command.ts'
import type { ItemWatcher } from '../../operations/batch/run-batch.ts'
import type { Result } from '../../operations/result.ts'

/** Shows the result of one command. */
export interface Presenter extends ItemWatcher {
  ended(result: Result): Promise<void>
  /** Reports the success of a single command. */
  succeeded(command: AdminCommand, result: Result): void
}

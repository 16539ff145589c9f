import type { Session } from '../config/session.ts'
import type { Io } from '../system/io.ts'
import type { AdminCommand } from './admin-command.ts'
import { stateOf } from './before-and-after.ts'
import { refuseMissing, requireActive } from './consent.ts'

/** ms for the question, while a person waits to be asked. */
const questionTime = 3000

/**
 * Before a person is asked to confirm a command: throws what `carryOut` would throw afterwards because of the account's state.
 * Where the state cannot be asked, nothing is refused here.
 */
export async function refuseEarly(session: Session, command: AdminCommand, io: Pick<Io, 'waiting'>): Promise<void> {
  const { operation, mxid } = command
  const stopWaiting = io.waiting(() => `asking for the state of ${mxid} …`)
  const time = Math.min(questionTime, session.settings.timeoutMs)
  const state = await stateOf(session, command, { deadline: Date.now() + time }).finally(stopWaiting)
  if (operation === undefined || state === 'unknown') return
  refuseMissing(operation, mxid, state)
  requireActive(operation, mxid, state, false)
}

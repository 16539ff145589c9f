import type { Session } from '../config/session.ts'
import type { AdminCommand } from './admin-command.ts'
import { apiCommandOf, requestLine } from './by-api.ts'
import { isByApi } from './carry-out.ts'
import { refuseEndingSessions } from './consent.ts'

/** ms for the question whether the server's API does it. */
const questionTime = 3000

/** What commands of one operation would send: the messages, or the requests where this server does it by its API. Throws RefusedError where it can do neither. */
export async function linesOf(session: Session, commands: readonly AdminCommand[]): Promise<string[]> {
  const [first] = commands
  const byApi = first !== undefined && (await isByApi(session, first, Date.now() + questionTime))
  if (byApi && first?.operation) refuseEndingSessions(first.operation)
  return commands.map((command) => {
    const api = byApi ? apiCommandOf(command) : undefined
    return api ? requestLine(api) : command.line
  })
}

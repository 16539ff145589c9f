import type { CommonFlags, Context } from '../config/context.ts'
import type { Credentials } from '../config/credentials.ts'
import type { Settings } from '../config/settings.ts'
import { settingsTable } from '../config/settings-table.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import type { AuthClient } from '../matrix/auth-client.ts'
import type { MatrixClient } from '../matrix/client.ts'
import type { Http } from '../matrix/http.ts'
import type { Limits } from '../matrix/request.ts'
import type { StepTime } from '../system/step-time.ts'

/** What the steps of `check` have found out so far. */
export interface Known {
  context: Context
  flags: CommonFlags
  settings: Settings
  time: StepTime
  credentials: Credentials
  serverName: string
  /** The operator's MXID. */
  operator: string
  /** Without a token. */
  http: Http
  anonymous: MatrixClient
  auth: AuthClient
  /** With the operator's token. */
  client: MatrixClient
  /** Undefined where the server cannot tell. */
  isAdmin: boolean | undefined
  room: AdminRoom
}

/** ms for one question. */
const questionTime = 5000

/** For a question that is asked now: it ends soon, so that the next step is not kept waiting, and with the command. */
export function limits({ time }: Pick<Known, 'time'>): Limits {
  return { deadline: Math.min(Date.now() + questionTime, time.question) }
}

/** Where the address of the homeserver was set: `FILE, line 3`, `the environment`, `the default`. */
export function homeserverOrigin(settings: Settings): string {
  const row = settings.describe().find(({ setting }) => setting === settingsTable.homeserver)
  return row?.found.origin ?? ''
}

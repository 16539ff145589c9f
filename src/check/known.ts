import type { CommonFlags, Context } from '../config/context.ts'
import type { Credentials } from '../config/credentials.ts'
import type { Settings } from '../config/settings.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import type { AuthClient } from '../matrix/auth-client.ts'
import type { MatrixClient } from '../matrix/client.ts'
import type { Http } from '../matrix/http.ts'

/** What the steps of `check` have found out so far. */
export interface Known {
  context: Context
  flags: CommonFlags
  settings: Settings
  credentials: Credentials
  serverName: string
  /** The operator's MXID and token. */
  operator: string
  token: string
  http: Http
  client: MatrixClient
  auth: AuthClient
  /** Undefined where the server cannot tell. */
  isAdmin: boolean | undefined
  room: AdminRoom
}

/** ms for one question. */
export const questionTime = 5000
export const limits = () => ({ deadline: Date.now() + questionTime })

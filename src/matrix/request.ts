import type { ApiPath } from './path.ts'

/** One request to the homeserver. */
export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  path: ApiPath
  /** The path as messages show it, where it holds a secret. */
  shownPath?: string
  /** Query as key and value; never part of an error message. */
  query?: Record<string, string>
  json?: unknown
  /** Another token than the operator's. */
  token?: string
  /** Sent without a token: some servers refuse such requests with one. */
  anonymous?: boolean
  /** A status besides 2xx that is an answer: 401 in user-interactive authentication. */
  alsoAnswer?: number
  /** Bytes of the answer that are read, if more than usual. */
  limit?: number
  /** Unix time in ms at which the request ends, whatever the server does. */
  deadline: number
  /** Changes nothing on the server, although it is not a GET. */
  asks?: boolean
  /** Carried out also when the user interrupts. */
  despiteInterrupt?: boolean
  /** Retry a refused connection too: true once something was posted, when giving up would lose a reply. */
  patient?: boolean
}

/** How long a call may take, and whether an interruption ends it. */
export type Limits = Pick<HttpRequest, 'deadline' | 'patient' | 'despiteInterrupt'>

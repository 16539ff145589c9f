import { DiagnosableError } from '../errors.ts'

/** A request as error messages show it: method and path, never headers, query or body. */
export interface RequestLabel {
  method: string
  path: string
}

/** The homeserver answered with a Matrix error: `errcode`, `error` and HTTP status (Client-Server API, "Standard error response"). */
export class MatrixError extends Error {
  readonly status: number
  readonly errcode: string

  constructor(request: RequestLabel, status: number, errcode: string) {
    super(`${request.method} ${request.path}: the server answered ${status} ${errcode}`)
    this.name = 'MatrixError'
    this.status = status
    this.errcode = errcode
  }
}

/** What came back is not what a Matrix homeserver answers: HTML, half a JSON, a redirect, an endless body. */
export class ForeignResponseError extends DiagnosableError {
  readonly status: number

  constructor(request: RequestLabel, status: number, what: string) {
    super(`${request.method} ${request.path}: not a Matrix answer: ${what} (status ${status})`, {
      hint: 'is MATRIX_HS_API the homeserver itself? another program or a broken proxy answers there',
    })
    this.status = status
  }
}

/** No answer at all. `code` is node's (ECONNREFUSED, ENOTFOUND, ECONNRESET, …) or ETIMEDOUT. */
export class UnreachableError extends DiagnosableError {
  readonly code: string
  /** Whether some attempt got as far as the server, so that it may have been carried out. */
  readonly reached: boolean

  constructor(request: RequestLabel, origin: string, code: string, reached: boolean, cause: unknown) {
    super(`${request.method} ${request.path}: cannot reach the homeserver at ${origin} (${code})`, {
      hint: reachHint(code, origin),
      cause,
    })
    this.code = code
    this.reached = reached
  }
}

/** Whether a code of a failed attempt means that no connection came about. */
export function neverConnected(code: string): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO)$|CERT|TLS|SSL/.test(code)
}

function reachHint(code: string, origin: string): string {
  if (code === 'ECONNREFUSED')
    return `nothing listens at ${origin}: is the homeserver running, and is MATRIX_HS_API right?`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'the name does not resolve; on a phone only names in /etc/hosts and IP addresses do: set MATRIX_HS_API to an address'
  if (/CERT|TLS|SSL|EPROTO/.test(code))
    return 'the TLS connection failed: check the certificate and the scheme of MATRIX_HS_API'
  return 'is the homeserver up, and is MATRIX_HS_API right?'
}

/** The sentence and hint for a Matrix error that ends a command before anything was done. */
export function refusal(error: MatrixError): DiagnosableError {
  const { hint, what } = translate(error)
  return new DiagnosableError(what, { hint, cause: error })
}

function translate(error: MatrixError): { what: string; hint: string } {
  switch (error.errcode) {
    case 'M_UNKNOWN_TOKEN':
    case 'M_MISSING_TOKEN':
      return {
        what: 'the homeserver does not accept ADMIN_TOKEN (401 M_UNKNOWN_TOKEN)',
        hint: 'the token was logged out or belongs to another server: `matrix-users create-admin` logs in for a new one',
      }
    case 'M_USER_LOCKED':
      return {
        what: 'the account of ADMIN_TOKEN is locked (401 M_USER_LOCKED)',
        hint: 'another server admin must post: users unlock <your MXID>',
      }
    case 'M_FORBIDDEN':
      return {
        what: `${error.message}: the account of ADMIN_TOKEN is not in the admin room and may not join it`,
        hint: 'members of the admin room are the server admins: one of them must post: users make-user-admin <your MXID>',
      }
    default:
      return { what: error.message, hint: 'the homeserver refused it' }
  }
}

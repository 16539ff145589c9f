import { DiagnosableError, type ErrorDetails, type ExitCode, exitCodes, SetupError } from '../errors.ts'
import { isTlsFault, reachHint, reasonOf } from './network-codes.ts'

/** A request as error messages show it: method and path, never headers, query or body. */
export interface RequestLabel {
  method: string
  path: string
}

/** Statuses of a homeserver that is overloaded, or of a proxy in front of one that does not answer. */
const passing = [429, 502, 503, 504]

/** A request failed. */
export abstract class RequestError extends DiagnosableError {
  /** Whether the server may have carried out the request. */
  abstract reached: boolean
  /** Whether the homeserver could not be reached or was overloaded, so that a later try may succeed. */
  abstract readonly mayPass: boolean
  /** Replaced by `Http` where nothing was sent before. */
  override exitCode: ExitCode = exitCodes.refused.code
}

/**
 * The homeserver answered with a Matrix error: `errcode` and HTTP status (Client-Server API, "Standard error response"). Its
 * message and hint are for the user; the server's own text is left out.
 */
export class MatrixError extends RequestError {
  readonly status: number
  readonly errcode: string
  /** Whether the server may have carried out the request: so where it failed, or a proxy gave up waiting. */
  reached: boolean
  readonly mayPass: boolean

  constructor(request: RequestLabel, status: number, errcode: string) {
    const { message, ...hints } = translate(request, status, errcode)
    super(message, hints)
    this.status = status
    this.errcode = errcode
    this.reached = status >= 500
    this.mayPass = passing.includes(status)
  }
}

/** The answer is not one of a Matrix homeserver: HTML, half a JSON, a redirect, an endless body. */
export class ForeignResponseError extends RequestError {
  /** Undefined where there was no HTTP answer at all. */
  readonly status: number | undefined
  /** Whether the server may have carried out the request. */
  reached: boolean
  readonly mayPass: boolean

  constructor(request: RequestLabel, status: number | undefined, what: string) {
    const reason = status === undefined ? '' : `status ${status}, `
    super(`not a Matrix answer: ${what} (${reason}${request.method} ${request.path})`, {
      hint: 'set MATRIX_HS_API to the homeserver itself; another program or a broken proxy answers there',
    })
    this.status = status
    this.reached = status === undefined || status < 300 || status >= 500
    this.mayPass = status !== undefined && passing.includes(status)
  }
}

/** No answer at all. `code` is node's (ECONNREFUSED, ENOTFOUND, ECONNRESET, …) or ETIMEDOUT. What is wrong with TLS does not pass by itself. */
export class UnreachableError extends RequestError {
  readonly code: string
  /** Whether an attempt reached the server, which may have carried out the request. */
  reached: boolean
  readonly mayPass: boolean

  constructor(request: RequestLabel, origin: string, code: string, reached: boolean, cause: unknown) {
    const where = `${code}, ${request.method} ${request.path}`
    super(`cannot reach the homeserver at ${origin}: ${reasonOf(code, origin)} (${where})`, {
      hint: reachHint(code),
      cause,
    })
    this.code = code
    this.reached = reached
    this.mayPass = !isTlsFault(code)
  }
}

/** The same failure, with the same exit code, and with a hint for an address that is not a setting yet. */
export function withHint(error: RequestError, hint: string): SetupError {
  return Object.assign(new SetupError(error.message, { hint, cause: error }), { exitCode: error.exitCode })
}

function translate(request: RequestLabel, status: number, errcode: string): ErrorDetails & { message: string } {
  const reason = `${status} ${errcode}`
  const where = `${reason}, ${request.method} ${request.path}`
  switch (errcode) {
    case 'M_UNKNOWN_TOKEN':
    case 'M_MISSING_TOKEN':
      return {
        message: `the homeserver does not accept ADMIN_TOKEN (${reason})`,
        shellHint: 'run `matrix-users login` for a new one: the token was logged out or belongs to another server',
      }
    case 'M_USER_LOCKED':
      return {
        message: `the operator's account is locked (${reason})`,
        hint: 'ask another admin to post: users unlock <your user ID>',
      }
    case 'M_LIMIT_EXCEEDED':
      return { message: `the homeserver limits requests (${where})`, hint: 'try again later' }
    case 'M_FORBIDDEN':
      return /\/(rooms|join)\//.test(request.path)
        ? {
            message: `the operator is not in the admin room and cannot join it (${where})`,
            hint: 'ask a member of the admin room to post: users make-user-admin <your user ID>',
          }
        : {
            message: `the homeserver forbids this to the operator (${where})`,
            hint: 'make sure that the operator is an admin',
          }
    case 'M_UNRECOGNIZED':
      return {
        message: `the homeserver does not know this request (${where})`,
        hint: 'make sure that MATRIX_HS_API is the homeserver, and that its release is supported',
      }
    default:
      return status >= 500
        ? { message: `the homeserver failed (${where})`, hint: 'look in the log of the homeserver' }
        : { message: `the homeserver refused the request (${where})`, hint: 'look in the log of the homeserver' }
  }
}

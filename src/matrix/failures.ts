import { exitCodes } from '../errors.ts'
import { BrokenOffError, TooLongError } from './body.ts'
import {
  ForeignResponseError,
  MatrixError,
  RequestError,
  type RequestLabel,
  UnreachableError,
} from './matrix-errors.ts'
import { neverConnected } from './network-codes.ts'
import { ProtocolError } from './node-fetch.ts'
import type { HttpRequest } from './request.ts'
import { errorCode } from './retry.ts'

/** By the interruption that all clients of one command share: whether one of them sent something that changes the server. */
const sentBy = new WeakMap<AbortSignal, { anything: boolean }>()

/** A request as error messages show it. */
export function labelOf({ method, path, shownPath }: HttpRequest): RequestLabel {
  return { method, path: shownPath ?? `/${path}` }
}

/** Gives the failures of requests to one homeserver the shape that callers know. */
export class Failures {
  readonly #base: URL
  readonly #interrupt: AbortSignal
  readonly #sent: { anything: boolean }

  constructor(base: URL, interrupt: AbortSignal) {
    this.#base = base
    this.#interrupt = interrupt
    this.#sent = sentBy.get(interrupt) ?? { anything: false }
    sentBy.set(interrupt, this.#sent)
  }

  /** Records a request that may have changed the server; `reached`: it may have been carried out. */
  noteSent({ method, asks }: HttpRequest, reached: boolean): void {
    if (method !== 'GET' && !asks && reached) this.#sent.anything = true
  }

  /**
   * A failed request as MatrixError, ForeignResponseError or UnreachableError, or the reason of the interruption. Until
   * something was sent, the error has the exit code that says so. `reached`: an earlier attempt may have been carried out.
   */
  of(request: HttpRequest, error: unknown, reached: boolean): unknown {
    const failure = this.#translate(request, error)
    if (!(failure instanceof RequestError)) return failure
    failure.reached ||= reached
    this.noteSent(request, failure.reached)
    if (failure.mayPass && !this.#sent.anything) failure.exitCode = exitCodes.unreachable.code
    return failure
  }

  #translate(request: HttpRequest, error: unknown): unknown {
    const label = labelOf(request)
    if (this.#interrupt.aborted && !request.despiteInterrupt) return this.#interrupt.reason
    if (error instanceof MatrixError || error instanceof ForeignResponseError) return error
    if (error instanceof ProtocolError) return new ForeignResponseError(label, error.status, error.message)
    if (error instanceof TooLongError) return new ForeignResponseError(label, 200, `an answer of ${error.message}`)
    if (error instanceof BrokenOffError) return new ForeignResponseError(label, 200, error.message)
    const code = errorCode(error)
    return new UnreachableError(label, this.#base.origin, code, !neverConnected(code), error)
  }
}

import ky, { HTTPError } from 'ky'
import { exitCodes } from '../errors.ts'
import { BrokenOffError, parse, readBytes, readFailure, TooLongError, usualLimit } from './body.ts'
import { ExchangeDeadline } from './exchange-deadline.ts'
import {
  ForeignResponseError,
  MatrixError,
  neverConnected,
  RequestError,
  type RequestLabel,
  UnreachableError,
} from './matrix-errors.ts'
import type { MiniResponse } from './mini-web.ts'
import { nodeFetch, ProtocolError } from './node-fetch.ts'
import type { HttpRequest } from './request.ts'
import { errorCode, type Progress, retryPolicy } from './retry.ts'

export interface Http {
  /** The JSON object of an answer with status 2xx. Throws MatrixError, ForeignResponseError or UnreachableError. */
  json(request: HttpRequest): Promise<Record<string, unknown>>
  /** Whether there is a page for people: status 200 and HTML. Throws UnreachableError. */
  hasPage(request: HttpRequest): Promise<boolean>
  /** The server's time, by the Date header of its answer. */
  date(request: HttpRequest): Promise<Date | undefined>
  /** The answer's bytes as they arrive. Throws likewise; also while being read. */
  stream(request: HttpRequest): Promise<AsyncIterable<Buffer>>
}

/** By the interruption that all clients of one command share: whether any of them sent something that changes the server. */
const sending = new WeakMap<AbortSignal, { begun: boolean }>()

function sentFor(interrupt: AbortSignal): { begun: boolean } {
  const sent = sending.get(interrupt) ?? { begun: false }
  sending.set(interrupt, sent)
  return sent
}

/** HTTP to one homeserver. The token goes into the Authorization header and nowhere else. */
export function createHttp(base: URL, token: string | undefined, interrupt: AbortSignal): Http {
  const labelOf = ({ method, path, shownPath }: HttpRequest): RequestLabel => ({
    method,
    path: shownPath ?? `/${path}`,
  })
  const deadlineOf = ({ deadline, despiteInterrupt }: HttpRequest) =>
    new ExchangeDeadline(deadline, despiteInterrupt ? undefined : interrupt)

  const sent = sentFor(interrupt)
  /** Records what may have changed the server; until then an error gets the exit code that says that nothing was sent. */
  const noteSent = ({ method, asks }: HttpRequest, reached: boolean) => {
    if (method !== 'GET' && !asks && reached) sent.begun = true
  }
  const failed = (request: HttpRequest, error: unknown): unknown => {
    if (!(error instanceof RequestError)) return error
    noteSent(request, error.reached)
    if (error.mayPass && !sent.begun) error.exitCode = exitCodes.unreachable.code
    return error
  }

  /** The answer, once its header has arrived; retries as `retryPolicy` says. Throws what `translate` understands. */
  async function send(request: HttpRequest, progress: Progress, signal: AbortSignal): Promise<MiniResponse> {
    try {
      const response = await ky(new URL(request.path, withSlash(base)), {
        method: request.method,
        ...(request.json === undefined ? {} : { json: request.json }),
        ...(request.query === undefined ? {} : { searchParams: request.query }),
        headers: {
          accept: '*/*',
          ...authorization(request.token ?? (request.anonymous ? undefined : token)),
        },
        fetch: nodeFetch as unknown as typeof fetch,
        timeout: false,
        signal,
        throwHttpErrors: true,
        retry: retryPolicy(request, progress),
      })
      progress.reached = true
      return response as unknown as MiniResponse
    } catch (error) {
      if (!(error instanceof HTTPError)) throw error
      const response = error.response as unknown as MiniResponse
      if (response.status === request.alsoAnswer) return response
      throw await readFailure(labelOf(request), response)
    }
  }

  /** Reads an answer. One that breaks off counts as lost: the request is repeated as after a lost connection. */
  async function sendAndRead(request: HttpRequest, progress: Progress, signal: AbortSignal) {
    for (;;) {
      const response = await send(request, progress, signal)
      try {
        return parse(labelOf(request), response.status, await readBytes(response, request.limit ?? usualLimit))
      } catch (error) {
        const whole = error instanceof ForeignResponseError || error instanceof TooLongError
        if (whole || request.method === 'POST' || Date.now() + brokenAnswerPause >= request.deadline) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, brokenAnswerPause))
      signal.throwIfAborted()
    }
  }

  /** Runs an exchange until its deadline, and gives its failure the shape that callers know. */
  async function exchange<T>(
    request: HttpRequest,
    work: (progress: Progress, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = deadlineOf(request)
    const progress = { reached: false }
    try {
      const answer = await deadline.settle(work(progress, deadline.signal))
      noteSent(request, true)
      return answer
    } catch (error) {
      throw failed(request, translate(request, error, progress.reached))
    } finally {
      deadline.clear()
    }
  }

  function translate(request: HttpRequest, error: unknown, reached: boolean): unknown {
    const label = labelOf(request)
    if (interrupt.aborted && !request.despiteInterrupt) return interrupt.reason
    if (error instanceof MatrixError || error instanceof ForeignResponseError) return error
    if (error instanceof ProtocolError) return new ForeignResponseError(label, error.status, error.message)
    if (error instanceof TooLongError) return new ForeignResponseError(label, 200, `an answer of ${error.message}`)
    if (error instanceof BrokenOffError) return new ForeignResponseError(label, 200, error.message)
    const code = errorCode(error)
    return new UnreachableError(label, base.origin, code, reached || !neverConnected(code), error)
  }

  return {
    json: (request) => exchange(request, (progress, signal) => sendAndRead(request, progress, signal)),
    async hasPage(request) {
      try {
        const { status, headers } = await exchange(request, async (progress, signal) =>
          headOf(await send(request, progress, signal)),
        )
        return status === 200 && /^text\/html\b/.test(headers.get('content-type') ?? '')
      } catch (error) {
        if (error instanceof MatrixError || error instanceof ForeignResponseError) return false
        throw error
      }
    },
    async date(request) {
      const { headers } = await exchange(request, async (progress, signal) =>
        headOf(await send(request, progress, signal)),
      )
      const date = new Date(headers.get('date') ?? Number.NaN)
      return Number.isNaN(date.getTime()) ? undefined : date
    },
    async stream(request) {
      const deadline = deadlineOf(request)
      const response = await deadline.settle(send(request, { reached: false }, deadline.signal)).catch((error) => {
        deadline.clear()
        throw failed(request, translate(request, error, true))
      })
      return (async function* () {
        try {
          for await (const chunk of response.stream) yield chunk as Buffer
          if (!response.stream.complete) throw new Error('the body broke off')
        } catch (error) {
          throw failed(request, translate(request, error, true))
        } finally {
          deadline.clear()
          response.stream.destroy()
        }
      })()
    },
  }
}

/** ms before a request is repeated whose answer broke off. */
const brokenAnswerPause = 250

/** An answer whose body is not needed. */
function headOf(response: MiniResponse): MiniResponse {
  response.stream.destroy()
  return response
}

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function withSlash(base: URL): URL {
  return base.pathname.endsWith('/') ? base : new URL(`${base.href}/`)
}

import ky, { HTTPError } from 'ky'
import { parse, readBytes, readFailure, TooLongError, usualLimit } from './body.ts'
import { ExchangeDeadline } from './exchange-deadline.ts'
import { Failures, labelOf } from './failures.ts'
import { ForeignResponseError, MatrixError } from './matrix-errors.ts'
import type { MiniResponse } from './mini-web.ts'
import { nodeFetch } from './node-fetch.ts'
import type { HttpRequest } from './request.ts'
import { type Progress, retryPolicy } from './retry.ts'

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

/** HTTP to one homeserver. The token goes into the Authorization header and nowhere else. */
export function createHttp(base: URL, token: string | undefined, interrupt: AbortSignal): Http {
  return new KyHttp(base, token, interrupt)
}

class KyHttp implements Http {
  readonly #base: URL
  readonly #token: string | undefined
  readonly #interrupt: AbortSignal
  readonly #failures: Failures

  constructor(base: URL, token: string | undefined, interrupt: AbortSignal) {
    this.#base = base
    this.#token = token
    this.#interrupt = interrupt
    this.#failures = new Failures(base, interrupt)
  }

  json(request: HttpRequest): Promise<Record<string, unknown>> {
    return this.#exchange(request, (progress, signal) => this.#sendAndRead(request, progress, signal))
  }

  async hasPage(request: HttpRequest): Promise<boolean> {
    try {
      const { status, headers } = await this.#head(request)
      return status === 200 && /^text\/html\b/.test(headers.get('content-type') ?? '')
    } catch (error) {
      if (error instanceof MatrixError || error instanceof ForeignResponseError) return false
      throw error
    }
  }

  async date(request: HttpRequest): Promise<Date | undefined> {
    const { headers } = await this.#head(request)
    const date = new Date(headers.get('date') ?? Number.NaN)
    return Number.isNaN(date.getTime()) ? undefined : date
  }

  async stream(request: HttpRequest): Promise<AsyncIterable<Buffer>> {
    const deadline = this.#deadlineOf(request)
    const response = await deadline.settle(this.#send(request, { reached: false }, deadline.signal)).catch((error) => {
      deadline.clear()
      throw this.#failures.of(request, error, true)
    })
    return this.#chunks(request, response, deadline)
  }

  async *#chunks(request: HttpRequest, { stream }: MiniResponse, deadline: ExchangeDeadline): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of stream) yield chunk as Buffer
      if (!stream.complete) throw new Error('the body was cut off')
    } catch (error) {
      throw this.#failures.of(request, error, true)
    } finally {
      deadline.clear()
      stream.destroy()
    }
  }

  /** An answer whose body is not needed. */
  #head(request: HttpRequest): Promise<MiniResponse> {
    return this.#exchange(request, async (progress, signal) => {
      const response = await this.#send(request, progress, signal)
      response.stream.destroy()
      return response
    })
  }

  /** Runs an exchange until its deadline, and gives its failure the shape that callers know. */
  async #exchange<T>(request: HttpRequest, work: (progress: Progress, signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = this.#deadlineOf(request)
    const progress = { reached: false }
    try {
      const answer = await deadline.settle(work(progress, deadline.signal))
      this.#failures.noteSent(request, true)
      return answer
    } catch (error) {
      throw this.#failures.of(request, error, progress.reached)
    } finally {
      deadline.clear()
    }
  }

  #deadlineOf({ deadline, despiteInterrupt }: HttpRequest): ExchangeDeadline {
    return new ExchangeDeadline(deadline, despiteInterrupt ? undefined : this.#interrupt)
  }

  /** Reads an answer. One that breaks off counts as lost: the request is repeated as after a lost connection. */
  async #sendAndRead(request: HttpRequest, progress: Progress, signal: AbortSignal) {
    for (;;) {
      const response = await this.#send(request, progress, signal)
      try {
        return parse(labelOf(request), response.status, await readBytes(response, request.limit ?? usualLimit))
      } catch (error) {
        const whole = error instanceof ForeignResponseError || error instanceof TooLongError
        if (whole || request.method === 'POST' || Date.now() + brokenAnswerPause >= request.deadline) throw error
      }
      progress.reached = true
      await new Promise((resolve) => setTimeout(resolve, brokenAnswerPause))
      signal.throwIfAborted()
    }
  }

  /** The answer, once its header has arrived; retries as `retryPolicy` says. Throws what `Failures` understands. */
  async #send(request: HttpRequest, progress: Progress, signal: AbortSignal): Promise<MiniResponse> {
    try {
      const response = await ky(new URL(request.path, withSlash(this.#base)), {
        method: request.method,
        ...(request.json === undefined ? {} : { json: request.json }),
        ...(request.query === undefined ? {} : { searchParams: request.query }),
        headers: {
          accept: '*/*',
          ...authorization(request.token ?? (request.anonymous ? undefined : this.#token)),
        },
        fetch: nodeFetch as unknown as typeof fetch,
        timeout: false,
        signal,
        throwHttpErrors: true,
        retry: retryPolicy(request, progress),
      })
      return response as unknown as MiniResponse
    } catch (error) {
      if (!(error instanceof HTTPError)) throw error
      const response = error.response as unknown as MiniResponse
      if (response.status === request.alsoAnswer) return response
      throw await readFailure(labelOf(request), response)
    }
  }
}

/** ms before a request is repeated whose answer broke off. */
const brokenAnswerPause = 250

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function withSlash(base: URL): URL {
  return base.pathname.endsWith('/') ? base : new URL(`${base.href}/`)
}

import ky, { HTTPError } from 'ky'
import { ForeignResponseError, MatrixError, neverConnected, type RequestLabel, UnreachableError } from './errors.ts'
import type { MiniResponse } from './http-globals.ts'
import { nodeFetch } from './node-fetch.ts'
import type { ApiPath } from './path.ts'
import { parse, readBody, readFailure, readText } from './response.ts'

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  path: ApiPath
  /** Query as key and value; never part of an error message. */
  query?: Record<string, string>
  json?: unknown
  /** Another token than the operator's. */
  token?: string
  /** Without the token: what needs no login, which some servers refuse to those who are logged in. */
  anonymous?: boolean
  /** A status besides 2xx that is an answer: 401 in user-interactive authentication. */
  alsoAnswer?: number
  /** Unix time in ms: no retry is begun after it, and a request under way is given up. */
  deadline: number
  /** Carried out also when the user interrupts. */
  despiteInterrupt?: boolean
  /** Retry a refused connection too: true once something was posted, when giving up would lose a reply. */
  patient?: boolean
}

export interface Http {
  /** The JSON object answered with a 2xx status. Throws MatrixError, ForeignResponseError or UnreachableError. */
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
  const isInterrupted = (request: HttpRequest) => interrupt.aborted && !request.despiteInterrupt

  async function send(request: HttpRequest, progress: Progress): Promise<{ response: MiniResponse; done: () => void }> {
    const label: RequestLabel = { method: request.method, path: `/${request.path}` }
    const expiry = new AbortController()
    const timer = setTimeout(() => expiry.abort(), Math.max(1, request.deadline - Date.now()))
    const signal = AbortSignal.any([...(request.despiteInterrupt ? [] : [interrupt]), expiry.signal])
    const done = () => clearTimeout(timer)
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
      return { response: response as unknown as MiniResponse, done }
    } catch (error) {
      if (error instanceof HTTPError) {
        const response = error.response as unknown as MiniResponse
        if (response.status === request.alsoAnswer) return { response, done }
        throw await readFailure(label, response).finally(done)
      }
      done()
      if (isInterrupted(request)) throw interrupt.reason
      const code = errorCode(error)
      throw new UnreachableError(label, base.origin, code, progress.reached || !neverConnected(code), error)
    }
  }

  return {
    async json(request) {
      const label = { method: request.method, path: `/${request.path}` }
      const progress: Progress = { reached: false }
      // An answer that breaks off is a lost answer: the request is repeated as after a lost connection.
      for (;;) {
        const { response, done } = await send(request, progress)
        try {
          return parse(label, response.status, await readText(response))
        } catch (error) {
          if (isInterrupted(request)) throw interrupt.reason
          if (request.method === 'POST' || Date.now() + brokenAnswerPause >= request.deadline)
            throw error instanceof ForeignResponseError
              ? error
              : new UnreachableError(label, base.origin, errorCode(error), true, error)
        } finally {
          done()
        }
        await pause(brokenAnswerPause)
      }
    },
    async hasPage(request) {
      try {
        const { response, done } = await send(request, { reached: false })
        done()
        response.stream.destroy()
        return response.status === 200 && /^text\/html\b/.test(response.headers.get('content-type') ?? '')
      } catch (error) {
        if (error instanceof MatrixError || error instanceof ForeignResponseError) return false
        throw error
      }
    },
    async date(request) {
      const { response, done } = await send(request, { reached: false })
      done()
      response.stream.destroy()
      const date = new Date(response.headers.get('date') ?? Number.NaN)
      return Number.isNaN(date.getTime()) ? undefined : date
    },
    async stream(request) {
      const label = { method: request.method, path: `/${request.path}` }
      const { response, done } = await send(request, { reached: false })
      return (async function* () {
        try {
          for await (const chunk of response.stream) yield chunk as Buffer
          if (!response.stream.complete) throw new Error('the body broke off')
        } catch (error) {
          if (isInterrupted(request)) throw interrupt.reason
          throw new UnreachableError(label, base.origin, errorCode(error), true, error)
        } finally {
          done()
          response.stream.destroy()
        }
      })()
    },
  }
}

/** What the attempts of one request have come to so far. */
interface Progress {
  reached: boolean
}

/** ms before a request is repeated whose answer could not be read. */
const brokenAnswerPause = 250
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function withSlash(base: URL): URL {
  return base.pathname.endsWith('/') ? base : new URL(`${base.href}/`)
}

/** Which failures are repeated and after how many ms: connection loss, 429 with its `retry_after_ms`, 502, 503, 504; a POST only where it was refused by 429. */
function retryPolicy(request: HttpRequest, progress: Progress) {
  let wait = 0
  return {
    limit: Number.MAX_SAFE_INTEGER,
    methods: [request.method.toLowerCase() as 'get'],
    delay: () => wait,
    async shouldRetry({ error, retryCount }: { error: Error; retryCount: number }) {
      wait = Math.min(1000, 50 * 2 ** Math.min(retryCount - 1, 6))
      const code = errorCode(error)
      if (error instanceof HTTPError) {
        const { status } = error.response
        if (status !== 429) progress.reached = true
        if (status === 429) wait = await retryAfter(error.response as unknown as MiniResponse, wait)
        else if (request.method === 'POST') return false
        else if (status !== 502 && status !== 503 && status !== 504) return false
      } else {
        if (!neverConnected(code)) progress.reached = true
        if (request.method === 'POST') return false
        if (code === 'ECONNREFUSED' && request.patient !== true && !progress.reached) return false
        if (!/^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|HPE_)/.test(code)) return false
      }
      return Date.now() + wait < request.deadline
    },
  }
}

/** ms to wait that the server asked for: `retry_after_ms` of a M_LIMIT_EXCEEDED, else the Retry-After header in seconds. */
async function retryAfter(response: MiniResponse, otherwise: number): Promise<number> {
  const header = Number(response.headers.get('retry-after'))
  const body = await readBody(response).then(JSON.parse, () => undefined)
  const asked = Number(body?.retry_after_ms ?? (header > 0 ? header * 1000 : Number.NaN))
  return Number.isFinite(asked) && asked > 0 ? asked : otherwise
}

function errorCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'ETIMEDOUT'
  return typeof code === 'string' ? code : 'ECONNRESET'
}

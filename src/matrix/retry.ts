import { HTTPError } from 'ky'
import { readErrorBody } from './body.ts'
import type { MiniResponse } from './mini-web.ts'
import { neverConnected } from './network-codes.ts'
import { ProtocolError } from './node-fetch.ts'
import type { HttpRequest } from './request.ts'

/** How far the attempts of one request got. */
export interface Progress {
  /** Whether one may have been carried out, although its answer was lost or came from a proxy: whatever a later one is answered. */
  reached: boolean
}

/** ms between attempts at most, and the first pause. */
const longestPause = 1000
const firstPause = 50

/** Which failures are repeated and after how many ms: connection loss, 429 with its `retry_after_ms`, 502, 503, 504; a POST only where it was refused by 429. */
export function retryPolicy(request: HttpRequest, progress: Progress) {
  let wait = 0
  return {
    limit: Number.MAX_SAFE_INTEGER,
    methods: [request.method.toLowerCase() as 'get'],
    delay: () => wait,
    async shouldRetry({ error, retryCount }: { error: Error; retryCount: number }) {
      wait = Math.min(longestPause, firstPause * 2 ** Math.min(retryCount - 1, 6))
      if (error instanceof HTTPError) {
        const { status } = error.response
        if (status === 429) wait = await retryAfter(error.response as unknown as MiniResponse, wait)
        else if (request.method === 'POST') return false
        else if (status !== 502 && status !== 503 && status !== 504) return false
        else progress.reached = true
      } else {
        const code = errorCode(error)
        if (!neverConnected(code)) progress.reached = true
        if (request.method === 'POST' || error instanceof ProtocolError) return false
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
  const fromHeader = header > 0 ? header * 1000 : Number.NaN
  const asked = await readErrorBody(response)
    .then(
      (bytes) => (JSON.parse(bytes.toString()) as { retry_after_ms?: unknown } | null)?.retry_after_ms ?? fromHeader,
    )
    .catch(() => fromHeader)
  return typeof asked === 'number' && asked > 0 ? asked : otherwise
}

/** Node's code of a failed attempt; ETIMEDOUT for one that was ended, ECONNRESET for any other. */
export function errorCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'ETIMEDOUT'
  return typeof code === 'string' ? code : 'ECONNRESET'
}

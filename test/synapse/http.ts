/** An answer with an error status (Client-Server API, "Standard error response"). */
export class Refusal extends Error {
  readonly status: number
  readonly errcode: string

  constructor(request: string, status: number, errcode: string) {
    super(`${request}: ${status} ${errcode}`)
    this.status = status
    this.errcode = errcode
  }
}

type Json = Record<string, unknown>

interface Request {
  /** JSON, or bytes of the given type. */
  body?: Json | { bytes: Buffer; contentType: string }
  query?: Record<string, string>
  signal?: AbortSignal
}

/** A hand on a homeserver's API with one account's token. */
export class Hand {
  readonly url: string
  readonly token: string | undefined
  /** How often the server's rate limit made it wait. */
  limited = 0

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  /** The JSON that is answered. Waits as long as a rate limit asks for. Throws Refusal on any other error status. */
  async ask(method: string, path: string, request: Request = {}): Promise<Json> {
    const response = await this.raw(method, path, request)
    const json = JSON.parse((await response.text()) || '{}') as Json
    if (response.ok) return json
    if (response.status !== 429) throw new Refusal(`${method} ${path}`, response.status, String(json.errcode))
    this.limited += 1
    await new Promise((resolve) => setTimeout(resolve, Number(json.retry_after_ms ?? 1000)))
    return this.ask(method, path, request)
  }

  /** The answer whatever its status. */
  raw(method: string, path: string, { body, query, signal }: Request = {}): Promise<Response> {
    const bytes = body !== undefined && 'contentType' in body && Buffer.isBuffer(body.bytes) ? body.bytes : undefined
    const headers: Record<string, string> = { 'content-type': bytes ? String(body?.contentType) : 'application/json' }
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`
    return fetch(`${this.url}${path}${query ? `?${new URLSearchParams(query)}` : ''}`, {
      method,
      headers,
      redirect: 'error',
      ...(body === undefined ? {} : { body: bytes ? new Uint8Array(bytes) : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  }
}

/** A path from its parts, each escaped: path`/rooms/${roomId}/state`. */
export function path(literals: TemplateStringsArray, ...parts: string[]): string {
  return String.raw({ raw: literals }, ...parts.map(encodeURIComponent))
}

/**
 * The few web classes that ky needs, over node:http. The bundle puts them in place of the built-in ones, because
 * touching those loads undici, which compiles a WebAssembly parser: 100 ms of every command on a phone.
 * Where the sources run without the bundler, ky has the built-in ones; `nodeFetch` accepts both.
 */
import type { IncomingMessage } from 'node:http'

type HeadersInit = MiniHeaders | Iterable<readonly [string, string]> | Record<string, string | undefined>

export class MiniHeaders {
  readonly #values = new Map<string, string>()

  constructor(init: HeadersInit = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init)
    for (const [name, value] of entries) if (value !== undefined) this.set(name, value)
  }
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }
  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value))
  }
  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }
  delete(name: string): void {
    this.#values.delete(name.toLowerCase())
  }
  entries(): IterableIterator<[string, string]> {
    return this.#values.entries()
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries()
  }
}

interface RequestInit {
  method?: string
  headers?: HeadersInit
  body?: string
  signal?: AbortSignal
}

export class MiniRequest {
  readonly url: string
  readonly method: string
  readonly headers: MiniHeaders
  readonly signal: AbortSignal | undefined
  readonly #body: string

  constructor(input: string | URL | MiniRequest, init: RequestInit = {}) {
    const from = input instanceof MiniRequest ? input : undefined
    this.url = from?.url ?? String(input)
    this.method = init.method ?? from?.method ?? 'GET'
    this.headers = new MiniHeaders(init.headers ?? from?.headers)
    this.signal = init.signal ?? from?.signal
    this.#body = init.body ?? (from ? from.#body : '')
  }
  clone(): MiniRequest {
    return new MiniRequest(this)
  }
  async text(): Promise<string> {
    return this.#body
  }
}

export class MiniResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: MiniHeaders
  /** The body as it arrives; its reader must read it to its end or destroy it. */
  readonly stream: IncomingMessage

  constructor(message: IncomingMessage) {
    this.stream = message
    this.status = message.statusCode ?? 0
    this.statusText = ''
    this.headers = new MiniHeaders(message.headers as Record<string, string>)
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }
}

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import { MiniResponse } from './mini-web.ts'
import { isTlsFault } from './network-codes.ts'

/** What ky hands over: a MiniRequest in the bundle, the platform's own Request where the sources run as they are. */
export interface FetchRequest {
  readonly url: string
  readonly method: string
  readonly headers: Iterable<readonly [string, string]>
  readonly signal: AbortSignal
  text(): Promise<string>
}

/** The answer is not HTTP, or its header is too long. `status`: the HTTP status, if there was one. */
export class ProtocolError extends Error {
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** Bytes of an answer's header, and interim (1xx) answers, that are accepted. */
const headerLimit = 16 * 1024
const interimLimit = 20

/**
 * A `fetch` for ky over node:http and node:https. It follows no redirect, so no header ever reaches another server.
 * Settles when the header has arrived, the connection has ended in any way, or the request's signal is aborted, whatever the
 * server does. Rejects with the signal's reason, a ProtocolError, or node's own error (`code` ECONNREFUSED, ENOTFOUND, …).
 */
export async function nodeFetch(request: FetchRequest): Promise<MiniResponse> {
  const { request: send } = request.url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const body = await request.text()
  return exchange(send, request, body)
}

type Send = (url: string, options: RequestOptions & { rejectUnauthorized: true }) => ClientRequest

function exchange(send: Send, { url, method, headers: given, signal }: FetchRequest, body: string) {
  return new Promise<MiniResponse>((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const headers: Record<string, string | number> = Object.fromEntries(given)
    if (body !== '') headers['content-length'] = Buffer.byteLength(body)
    const outgoing = send(url, {
      method,
      headers,
      maxHeaderSize: headerLimit,
      // Also where the environment says otherwise.
      rejectUnauthorized: true,
      ...(new URL(url).hostname === 'localhost' ? { lookup: toLoopback } : {}),
    })
    let message: IncomingMessage | undefined
    const abort = () => {
      reject(signal.reason)
      message?.destroy(signal.reason)
      outgoing.destroy(signal.reason)
    }
    const forget = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    let interim = 0
    let isSecure = false
    outgoing
      .on('socket', (socket) => {
        isSecure = outgoing.reusedSocket
        if (!isSecure && 'encrypted' in socket)
          socket.once('secureConnect', () => {
            isSecure = true
          })
      })
      .on('response', (incoming) => {
        message = incoming.once('close', forget)
        resolve(new MiniResponse(incoming))
      })
      .on('information', () => {
        interim += 1
        if (interim > interimLimit) outgoing.destroy(new ProtocolError(`more than ${interimLimit} interim answers`))
      })
      .on('upgrade', (_message, socket) => {
        socket.destroy()
        reject(new ProtocolError('a switch to another protocol', 101))
      })
      .on('error', (error) => reject(asProtocolError(isSecure ? asLost(error) : error)))
      .on('close', () => {
        forget()
        reject(Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' }))
      })
      .end(body)
  })
}

/** Another user of this machine may listen on [::1], so `localhost` is never looked up. */
const toLoopback: LookupFunction = (_name, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)

/** A TLS fault after the handshake is no matter of the set-up: the connection broke, and the request may have been carried out. */
function asLost(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return isTlsFault(error.code ?? '') ? Object.assign(new Error(error.message), { code: 'ECONNRESET' }) : error
}

/** An answer that ended within its header counts as lost; anything else that the parser refuses is not HTTP. */
function asProtocolError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new ProtocolError(`a header of more than ${headerLimit / 1024} KiB`)
  if (!error.code?.startsWith('HPE_') || error.code === 'HPE_INVALID_EOF_STATE') return error
  return new ProtocolError('no HTTP')
}

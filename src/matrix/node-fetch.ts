import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { type MiniRequest, MiniResponse } from './http-globals.ts'

type RequestFunction = (
  url: string,
  options: RequestOptions,
  onResponse: (message: IncomingMessage) => void,
) => ClientRequest

/**
 * A `fetch` for ky over node:http and node:https. It follows no redirect, so no header ever reaches another server.
 * Rejects with node's own error (`code` ECONNREFUSED, ENOTFOUND, …) or with the abort reason of the request's signal.
 */
export async function nodeFetch(request: MiniRequest): Promise<MiniResponse> {
  const send: RequestFunction = request.url.startsWith('https:')
    ? (await import('node:https')).request
    : (await import('node:http')).request
  return new Promise((resolve, reject) => {
    const { signal } = request
    if (signal?.aborted) return reject(signal.reason)
    const headers: Record<string, string | number> = Object.fromEntries(request.headers)
    const body = request.content === undefined ? undefined : Buffer.from(request.content)
    if (body) headers['content-length'] = body.length
    const outgoing = send(request.url, { method: request.method, headers }, (message) => {
      message.once('close', () => signal?.removeEventListener('abort', abort))
      resolve(new MiniResponse(message))
    })
    const abort = () => outgoing.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    signal?.addEventListener('abort', abort, { once: true })
    outgoing.on('error', (error) => {
      signal?.removeEventListener('abort', abort)
      reject(signal?.aborted ? signal.reason : error)
    })
    outgoing.end(body)
  })
}

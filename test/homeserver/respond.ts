import type { ServerResponse } from 'node:http'
import type { Answered } from './router.ts'

export function answer(response: ServerResponse, answered: Answered): void {
  const { bytes, contentType } = encode(answered)
  response.writeHead(answered.status, {
    'content-type': contentType,
    'content-length': bytes.length,
    ...answered.headers,
  })
  response.end(bytes)
}

export function encode({ body, contentType }: Answered): { bytes: Buffer; contentType: string } {
  if (Buffer.isBuffer(body)) return { bytes: body, contentType: contentType ?? 'application/octet-stream' }
  if (typeof body === 'string') return { bytes: Buffer.from(body), contentType: contentType ?? 'text/plain' }
  return { bytes: Buffer.from(JSON.stringify(body)), contentType: contentType ?? 'application/json' }
}

import type { ServerResponse } from 'node:http'
import type { Answered } from '../../homeserver/router.ts'
import type { Random } from '../random.ts'

/** One way to answer a request. */
export interface Behaviour {
  /** Says all that was drawn, e.g. `status 403 M_FORBIDDEN`. */
  name: string
  /** `carryOut` does what was asked for and gives what a sound server would answer. */
  act(response: ServerResponse, carryOut: () => Answered): void | Promise<void>
  /** It may forge what the bot said, so that a reply can come to stand where other lines do. */
  forges?: true
}

/** Draws one behaviour of a family. */
export type Family = (random: Random) => Behaviour

/** The answer's bytes as sent: bytes and text as they are, anything else as JSON. */
export function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Answers with these bytes and a content-length. */
export function send(
  response: ServerResponse,
  status: number,
  bytes: Buffer,
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers })
  response.end(bytes)
}

/** Writes to the socket behind an answer, past node's own idea of HTTP; ends the connection unless it is to stay open. */
export function raw(response: ServerResponse, text: string | Buffer, ending: 'end' | 'reset' | 'open' = 'end'): void {
  const { socket } = response
  if (!socket || socket.destroyed) return
  socket.write(text, () => {
    if (ending === 'end') socket.end()
    if (ending === 'reset') socket.resetAndDestroy()
  })
}

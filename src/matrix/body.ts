import { exceededBound } from './json-bounds.ts'
import { ForeignResponseError, MatrixError, type RequestLabel } from './matrix-errors.ts'
import type { MiniResponse } from './mini-web.ts'

/** Bytes of an answer that are read, unless a request allows more. */
export const usualLimit = 256 * 1024
/** Of one that lists events, members or tokens: 100 events of 64 KiB fit. */
export const listLimit = 8 * 1024 * 1024

/** An answer that is longer than allowed. */
export class TooLongError extends Error {
  constructor(limit: number) {
    super(`more than ${limit / 1024} KiB`)
  }
}

/** The answer broke off, as HTTP or its JSON shows: it counts as lost. */
export class BrokenOffError extends Error {}

const errorBodies = new WeakMap<MiniResponse, Promise<Buffer>>()

/** The body of a failure, read once and remembered: the retry policy and the error translation both look at it. */
export function readErrorBody(response: MiniResponse): Promise<Buffer> {
  let body = errorBodies.get(response)
  if (!body) {
    body = readBytes(response, usualLimit)
    errorBodies.set(response, body)
  }
  return body
}

/**
 * The body, in one buffer that grows: whatever the size of its chunks, they are not kept. Events, because the first use of a
 * stream's iterator costs 4 ms of a short program. Rejects with TooLongError, BrokenOffError or what the socket says.
 */
export function readBytes({ stream }: MiniResponse, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.allocUnsafe(16 * 1024)
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      const end = size + chunk.length
      if (end > limit) {
        reject(new TooLongError(limit))
        return stream.destroy()
      }
      if (end > bytes.length) bytes = Buffer.concat([bytes.subarray(0, size)], Math.min(limit, Math.max(end, size * 2)))
      chunk.copy(bytes, size)
      size = end
    })
    stream.on('end', () => resolve(bytes.subarray(0, size)))
    stream.on('error', reject)
    stream.on('close', () => reject(new BrokenOffError('the body was cut off')))
  })
}

/** The JSON object of an answer. Throws BrokenOffError for one that has no end, ForeignResponseError for what is none. */
export function parse(label: RequestLabel, status: number, bytes: Buffer): Record<string, unknown> {
  const bound = exceededBound(bytes)
  if (bound !== undefined) throw new ForeignResponseError(label, status, bound)
  const text = bytes.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    const [first, last] = [text.trimStart()[0], text.trimEnd().at(-1)]
    if (first === undefined || (first === '{' && last !== '}')) throw new BrokenOffError('the JSON was cut off')
    if (first === '<') throw new ForeignResponseError(label, status, 'an HTML page')
  }
  throw new ForeignResponseError(label, status, 'no JSON object')
}

/** What a failed answer says: a MatrixError, or a ForeignResponseError where it is none. */
export async function readFailure(label: RequestLabel, response: MiniResponse): Promise<Error> {
  const { status } = response
  if (status >= 300 && status < 400) {
    response.stream.destroy()
    return new ForeignResponseError(label, status, 'a redirect, which is never followed')
  }
  try {
    const { errcode } = parse(label, status, await readErrorBody(response))
    if (typeof errcode === 'string' && /^[A-Z][A-Za-z0-9_.]{0,99}$/.test(errcode))
      return new MatrixError(label, status, errcode)
    return new ForeignResponseError(label, status, 'an error without an errcode')
  } catch (error) {
    if (error instanceof ForeignResponseError) return error
    const what = error instanceof TooLongError ? `an error of ${error.message}` : 'an error that cannot be read'
    return new ForeignResponseError(label, status, what)
  }
}

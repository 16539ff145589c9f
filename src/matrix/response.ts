import { ForeignResponseError, MatrixError, type RequestLabel } from './errors.ts'
import type { MiniResponse } from './http-globals.ts'

/** No answer of the endpoints we use is larger; an endless body ends here. Bytes. */
const jsonLimit = 64 * 1024 * 1024

const bodies = new WeakMap<MiniResponse, Promise<string>>()

/** The body as text, once read and remembered: the retry policy and the error translation both look at it. */
export function readBody(response: MiniResponse): Promise<string> {
  let body = bodies.get(response)
  if (!body) {
    body = readText(response)
    bodies.set(response, body)
  }
  return body
}

/** Events, because the first use of a stream's iterator costs 4 ms of a short program. Rejects if the body breaks off or does not end. */
export function readText({ stream }: MiniResponse): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > jsonLimit) stream.destroy(new Error('the body does not end'))
      else chunks.push(chunk)
    })
    stream.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('the body broke off')))
  })
}

/** The JSON object of an answer. Throws ForeignResponseError. */
export function parse(label: RequestLabel, status: number, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {}
  throw new ForeignResponseError(label, status, text.trimStart().startsWith('<') ? 'an HTML page' : 'no JSON object')
}

/** What a failed answer says: a MatrixError, or a ForeignResponseError where it is none. */
export async function readFailure(label: RequestLabel, response: MiniResponse): Promise<Error> {
  const { status } = response
  if (status >= 300 && status < 400) {
    response.stream.destroy()
    return new ForeignResponseError(label, status, 'a redirect, which is never followed')
  }
  try {
    const { errcode } = parse(label, status, await readBody(response))
    if (typeof errcode === 'string' && /^[A-Z][A-Za-z0-9_.]{0,99}$/.test(errcode))
      return new MatrixError(label, status, errcode)
    return new ForeignResponseError(label, status, 'an error without an errcode')
  } catch (error) {
    return error instanceof ForeignResponseError
      ? error
      : new ForeignResponseError(label, status, 'an error that cannot be read')
  }
}

import { constants, openSync, statSync } from 'node:fs'
import { SetupError } from '../errors.ts'
import { readSmallFile, smallSize } from './open-file.ts'

// Windows has none of these.
const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants

/**
 * The text of a file that a person chose, or of a pipe with a name, such as the `<(…)` of a shell. Throws SetupError where it is
 * neither, or larger than `limit` bytes; the reason of `interrupt`, which ends the waiting for a pipe; else what the file
 * system says.
 */
export async function readInput(path: string, interrupt: AbortSignal, limit = smallSize): Promise<string> {
  if (!statSync(path).isFIFO()) return readSmallFile(path, limit)
  const { Socket } = await import('node:net')
  // A pipe that is read by `fs` keeps the process from ending until something is written to it.
  const pipe = new Socket({ fd: openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY), writable: false })
  const end = () => pipe.destroy(interrupt.reason)
  interrupt.addEventListener('abort', end, { once: true })
  try {
    return await readAll(pipe, path, limit)
  } finally {
    interrupt.removeEventListener('abort', end)
  }
}

/** All that comes, as text. Throws SetupError where that is more than `limit` bytes; `name` says of what. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array | string>,
  name: string,
  limit = smallSize,
): Promise<string> {
  const read: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > limit) throw new SetupError(`${name} is larger than ${limit} bytes`)
    read.push(bytes)
  }
  return Buffer.concat(read).toString('utf8')
}

import { closeSync, fstatSync, read, readSync, type Stats, statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openThere } from '../system/open-file.ts'

const readPiece = promisify(read)
/** Bytes that are read at a time. */
const pieceSize = 64 * 1024
/** ms between looks at a file: an SD card does not notify of changes. */
const lookPause = 300
/** Bytes at the start of a log that identify it: its first line starts with a time. */
const headSize = 512

/** What a line says; undefined if it is not JSON, torn by a crash for example. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Where the last `size` bytes of a file begin; 0 where it is shorter, or there is none. */
export function startOfLast(size: number, file: string): number {
  return Math.max(0, (statSync(file, { throwIfNoEntry: false })?.size ?? 0) - size)
}

/**
 * The lines of a file that begin at this offset or after it, read piece by piece; none where there is no file. A last line
 * without its newline is a line. Between two pieces other work is done: a visitor of the panel is answered, a signal handled.
 */
export async function* readLines(file: string, start = 0): AsyncGenerator<string> {
  // Before `start` stands the end of another line.
  let isWhole = start === 0
  const reader = LineReader.open(file, Math.max(0, start - 1))
  if (reader === undefined) return
  try {
    for await (const lines of reader.toEnd())
      for (const line of lines) {
        if (isWhole) yield line
        isWhole = true
      }
  } finally {
    reader.close()
  }
}

/**
 * The lines of a file and those that are appended to it, until `stop`. A file that was moved away or cut is read to its end,
 * then the new one from its beginning.
 */
export async function* followLines(file: string, stop: AbortSignal): AsyncGenerator<string> {
  const pause = () => setTimeout(lookPause, undefined, { signal: stop }).catch(() => {})
  let reader = LineReader.open(file)
  try {
    while (!stop.aborted) {
      const next = reader ? reader.successor(file) : LineReader.open(file)
      if (reader) yield* linesOf(reader.more())
      if (reader || !next) await pause()
      // A process that had the file open before it was moved has written to it by now.
      if (reader && next) yield* linesOf(next.continues ? reader.more() : reader.toEnd())
      if (next) reader?.close()
      reader = next ?? reader
    }
  } finally {
    reader?.close()
  }
}

async function* linesOf(pieces: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of pieces) for (const line of lines) yield line
}

/** A file that stays open, so that it can be read to its end after it was moved. */
class LineReader {
  readonly #descriptor: number
  #offset: number
  /** The pieces of a line whose end was not read yet. */
  #torn: Buffer[] = []
  /** A reader of the same text, which stopped where this one is to start. */
  #before: LineReader | undefined

  private constructor(descriptor: number, offset: number) {
    this.#descriptor = descriptor
    this.#offset = offset
  }

  /** undefined where there is no file. Throws as `openThere` does. */
  static open(file: string, offset = 0): LineReader | undefined {
    const descriptor = openThere(file, 'read', undefined)
    return descriptor === undefined ? undefined : new LineReader(descriptor, offset)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /**
   * What has the file's name now, if that is another file or this one was cut; undefined also while there is none.
   * Some file systems change inode numbers, so a file with another number and the same start is the same file.
   */
  successor(file: string): LineReader | undefined {
    const there = statSync(file, { throwIfNoEntry: false })
    const isCut = (there?.size ?? 0) < this.#offset
    if (there === undefined || (!isCut && isSame(there, fstatSync(this.#descriptor)))) return undefined
    const next = LineReader.open(file)
    const head = headOf(this.#descriptor, headSize)
    if (next && !isCut && headOf(next.#descriptor, head.length || 1).equals(head)) next.#before = this
    return next
  }

  /** Whether it holds the text that another reader has started, and is not read from its start. */
  get continues(): boolean {
    return this.#before !== undefined
  }

  /** The whole lines from where the last call ended, some at a time. */
  async *more(): AsyncGenerator<string[]> {
    if (this.#before) [this.#offset, this.#torn, this.#before] = [this.#before.#offset, this.#before.#torn, undefined]
    for (;;) {
      const { bytesRead, buffer } = await readPiece(
        this.#descriptor,
        Buffer.alloc(pieceSize),
        0,
        pieceSize,
        this.#offset,
      )
      if (bytesRead === 0) return
      this.#offset += bytesRead
      const piece = buffer.subarray(0, bytesRead)
      const end = piece.lastIndexOf('\n') + 1
      if (end === 0) {
        this.#torn.push(piece)
        continue
      }
      const lines = Buffer.concat([...this.#torn, piece.subarray(0, end - 1)])
      this.#torn = end < bytesRead ? [piece.subarray(end)] : []
      yield lines.toString('utf8').split('\n')
    }
  }

  /** Likewise, and then what stands after the last newline. */
  async *toEnd(): AsyncGenerator<string[]> {
    yield* this.more()
    if (this.#torn.length > 0) yield [Buffer.concat(this.#torn).toString('utf8')]
  }
}

function headOf(descriptor: number, length: number): Buffer {
  const head = Buffer.alloc(length)
  return head.subarray(0, readSync(descriptor, head, 0, length, 0))
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}

import { closeSync, fstatSync, readSync, type Stats, statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { openThere } from '../system/open-file.ts'

const chunkSize = 64 * 1024
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

/** The lines of a file, read piece by piece; none where there is no file. A last line without its newline is a line. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const reader = LineReader.open(file)
  if (reader === undefined) return
  try {
    yield* reader.more()
    yield* reader.rest()
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
      if (reader) yield* reader.more()
      if (reader || !next) await pause()
      // A process that had the file open before it was moved has written to it by now.
      if (reader && next) yield* reader.more()
      if (reader && next && !next.continues) yield* reader.rest()
      if (next) reader?.close()
      reader = next ?? reader
    }
  } finally {
    reader?.close()
  }
}

/** A file that stays open, so that it can be read to its end after it was moved. */
class LineReader {
  readonly #descriptor: number
  #offset = 0
  /** The pieces of a line whose end was not read yet. */
  #torn: Buffer[] = []
  /** A reader of the same text, which stopped where this one is to start. */
  #before: LineReader | undefined

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** undefined where there is no file. Throws as `openThere` does. */
  static open(file: string): LineReader | undefined {
    const descriptor = openThere(file, 'read', undefined)
    return descriptor === undefined ? undefined : new LineReader(descriptor)
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

  /** The whole lines from where the last call ended. */
  *more(): Generator<string> {
    if (this.#before) [this.#offset, this.#torn, this.#before] = [this.#before.#offset, this.#before.#torn, undefined]
    const chunk = Buffer.alloc(chunkSize)
    for (;;) {
      const count = readSync(this.#descriptor, chunk, 0, chunkSize, this.#offset)
      if (count === 0) return
      this.#offset += count
      const read = Buffer.from(chunk.subarray(0, count))
      const end = read.lastIndexOf('\n') + 1
      if (end === 0) {
        this.#torn.push(read)
        continue
      }
      const lines = Buffer.concat([...this.#torn, read.subarray(0, end - 1)])
      this.#torn = end < count ? [read.subarray(end)] : []
      yield* lines.toString('utf8').split('\n')
    }
  }

  *rest(): Generator<string> {
    if (this.#torn.length > 0) yield Buffer.concat(this.#torn).toString('utf8')
  }
}

function headOf(descriptor: number, length: number): Buffer {
  const head = Buffer.alloc(length)
  return head.subarray(0, readSync(descriptor, head, 0, length, 0))
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

const chunkSize = 64 * 1024
/** ms between looks at a file. The cards of phones do not tell of changes. */
const lookPause = 300

/** The lines of a file, read piece by piece; none where there is no file. A last line without its newline is a line. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const reader = new LineReader(file)
  yield* reader.more()
  yield* reader.rest()
}

/** The lines of a file and those that are appended to it, until `stop`. A file that was replaced or cut is read anew. */
export async function* followLines(file: string, stop: AbortSignal): AsyncGenerator<string> {
  let reader = new LineReader(file)
  while (!stop.aborted) {
    if (reader.isOver()) reader = new LineReader(file)
    yield* reader.more()
    await setTimeout(lookPause, undefined, { signal: stop }).catch(() => {})
  }
}

class LineReader {
  readonly #file: string
  #offset = 0
  #inode: number | undefined
  #torn: Buffer = Buffer.alloc(0)

  constructor(file: string) {
    this.#file = file
  }

  /** Whether the file is no longer the one that was read. */
  isOver(): boolean {
    const stat = statSync(this.#file, { throwIfNoEntry: false })
    return stat !== undefined && this.#inode !== undefined && (stat.ino !== this.#inode || stat.size < this.#offset)
  }

  /** The whole lines from where the last call ended. */
  *more(): Generator<string> {
    const descriptor = this.#open()
    if (descriptor === undefined) return
    try {
      this.#inode = fstatSync(descriptor).ino
      const chunk = Buffer.alloc(chunkSize)
      for (;;) {
        const count = readSync(descriptor, chunk, 0, chunkSize, this.#offset)
        if (count === 0) return
        this.#offset += count
        const data = Buffer.concat([this.#torn, chunk.subarray(0, count)])
        const end = data.lastIndexOf('\n') + 1
        this.#torn = data.subarray(end)
        if (end > 0) yield* data.toString('utf8', 0, end - 1).split('\n')
      }
    } finally {
      closeSync(descriptor)
    }
  }

  *rest(): Generator<string> {
    if (this.#torn.length > 0) yield this.#torn.toString('utf8')
  }

  #open(): number | undefined {
    try {
      return openSync(this.#file, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

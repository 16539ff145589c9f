import { UserError } from '../errors.ts'

/** The longest user ID that the Matrix specification allows, in bytes ("User identifiers"). */
const longestId = 255
/** Limits of one list, so that no server can fill the memory: user IDs, and all their bytes. */
const mostIds = 500_000
const mostBytes = 16 * 1024 * 1024
/** Bytes that are searched at a time. */
const pieceSize = 64 * 1024
const blanks = /[ \t\r\n\v\f]+/

/**
 * The user IDs of one server among the words of a text that arrives in pieces, each once, in their order; a batch for each
 * piece. A word is an ID by its grammar alone (historical ones may hold capitals and other printable ASCII), so
 * nothing of the text's wording is read. Throws UserError for more IDs than any server has.
 */
export async function* userIds(chunks: AsyncIterable<Uint8Array>, serverName: string): AsyncGenerator<string[]> {
  const list = new IdList(serverName)
  let rest = ''
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += pieceSize) {
      const words = (rest + latin1(chunk.subarray(at, at + pieceSize))).split(blanks)
      // Keeps just enough to see that a word is too long, so that a text without blanks takes no more memory.
      rest = (words.pop() ?? '').slice(0, longestId + 1)
      const ids = list.add(words)
      if (ids.length > 0) yield ids
    }
  const last = list.add([rest])
  if (last.length > 0) yield last
}

/** User IDs, each once, within what memory there is. */
class IdList {
  readonly #serverName: string
  readonly #seen = new Set<string>()
  #bytes = 0

  constructor(serverName: string) {
    this.#serverName = serverName
  }

  /** Those among the words that are user IDs and were not there before. */
  add(words: readonly string[]): string[] {
    const fresh: string[] = []
    for (const word of words) {
      if (!isUserId(word, this.#serverName) || this.#seen.has(word)) continue
      // A copy: a part of a text keeps the whole text in memory.
      const id = latin1(Buffer.from(word, 'latin1'))
      this.#seen.add(id)
      this.#bytes += id.length
      fresh.push(id)
    }
    if (this.#seen.size > mostIds || this.#bytes > mostBytes)
      throw new UserError(`the list is too long: more than ${mostIds} user IDs or ${mostBytes} bytes`)
    return fresh
  }
}

/** IDs are ASCII: a byte is a character here, and a character that is cut in two is in no ID. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Whether a word is a user ID of this server, historical ones included. */
export function isUserId(word: string, serverName: string): boolean {
  if (!word.startsWith('@') || word.length > longestId || !word.endsWith(`:${serverName}`)) return false
  return /^@[!-9;-~]+$/.test(word.slice(0, -serverName.length - 1))
}

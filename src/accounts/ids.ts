/** The longest user ID that the Matrix specification allows, in bytes ("User identifiers"). */
const longestId = 255
const blanks = /[ \t\r\n\v\f]+/

/**
 * The user IDs of one server among the words of a text that arrives in pieces, each once, in their order; a batch for each
 * piece. A word is an ID by its grammar alone (historical ones may hold capitals and other printable ASCII), so
 * nothing of the text's wording is read.
 */
export async function* userIds(chunks: AsyncIterable<Uint8Array>, serverName: string): AsyncGenerator<string[]> {
  const seen = new Set<string>()
  const fresh = (words: string[]) =>
    words.filter((word) => isUserId(word, serverName) && !seen.has(word) && seen.add(word))
  let rest = ''
  for await (const chunk of chunks) {
    // IDs are ASCII: a byte is a character here, and one that is split from its neighbours spoils no ID.
    const words = (rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')).split(blanks)
    // No more is kept than what tells that a word is too long, so that a text without blanks costs no more.
    rest = (words.pop() ?? '').slice(0, longestId + 1)
    const ids = fresh(words)
    if (ids.length > 0) yield ids
  }
  const last = fresh([rest])
  if (last.length > 0) yield last
}

/** Whether a word is a user ID of this server, historical ones included. */
export function isUserId(word: string, serverName: string): boolean {
  if (!word.startsWith('@') || word.length > longestId || !word.endsWith(`:${serverName}`)) return false
  return /^@[!-9;-~]+$/.test(word.slice(0, -serverName.length - 1))
}

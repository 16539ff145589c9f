/** Whether a word is a token that the server would accept now. */
export type Ask = (word: string) => Promise<boolean>

const longest = 64

/** The words of a reply that could be a registration token: maximal runs of the characters of one, longest first, also without punctuation around them. */
export function tokenWords(reply: string): string[] {
  const runs = reply.match(/[A-Za-z0-9._~-]+/g) ?? []
  const words = runs.flatMap((run) => [run, run.replace(/^[._~-]+|[._~-]+$/g, '')])
  return [...new Set(words)].filter((word) => word !== '' && word.length <= longest).sort((a, b) => b.length - a.length)
}

/**
 * Finds the new tokens in replies to `token issue`, by asking the server and never by the wording. A token that the
 * operator set in the server's configuration may be a word of the reply too; that one comes back in the next reply.
 */
export class Recogniser {
  readonly #ask: Ask
  /** Words that were asked for: whether they are valid tokens. */
  readonly #known = new Map<string, boolean>()
  readonly #old = new Set<string>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** By reply: the valid words that may be its token. One word means that it is; several, that another reply must tell. */
  async candidates(replies: readonly string[]): Promise<string[][]> {
    const valid: string[][] = []
    for (const reply of replies) {
      const found: string[] = []
      for (const word of tokenWords(reply)) if (!this.#old.has(word) && (await this.#isValid(word))) found.push(word)
      valid.push(found)
    }
    const counts = new Map<string, number>()
    for (const word of valid.flat()) counts.set(word, (counts.get(word) ?? 0) + 1)
    for (const [word, count] of counts) if (count > 1) this.#old.add(word)
    return valid.map((words) => words.filter((word) => !this.#old.has(word)))
  }

  async #isValid(word: string): Promise<boolean> {
    const known = this.#known.get(word)
    if (known !== undefined) return known
    const valid = await this.#ask(word)
    this.#known.set(word, valid)
    return valid
  }
}

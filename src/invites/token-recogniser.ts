import { trim } from '../system/trim.ts'

/** Whether a word is a token that the server would accept now. */
export type Ask = (word: string) => Promise<boolean>

const longest = 64

/** The words of a reply that could be a registration token: maximal runs of the characters of one, longest first, also without punctuation around them. */
export function tokenWords(reply: string): string[] {
  const runs = reply.match(/[A-Za-z0-9._~-]+/g) ?? []
  const words = runs.flatMap((run) => [run, trim(run, '._~-')])
  return [...new Set(words)].filter((word) => word !== '' && word.length <= longest).sort((a, b) => b.length - a.length)
}

/**
 * Finds the new tokens in replies to `token issue`, by asking the server and never by the wording. A new token is in one
 * reply only: what several replies have in common is wording, or a token that the operator set in the server's configuration.
 */
export class Recogniser {
  readonly #ask: Ask
  /** In how many replies a word was. */
  readonly #counts = new Map<string, number>()
  readonly #replies = new Set<string>()
  /** Words that the server was asked about: whether they are valid tokens. */
  readonly #asked = new Map<string, boolean>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Whether it has seen no reply yet: then each word of a single one would have to be asked about. */
  get isNew(): boolean {
    return this.#replies.size === 0
  }

  /** By reply: the valid words that may be its token. One word is the token; with several, another reply is needed. */
  async candidates(replies: readonly string[]): Promise<string[][]> {
    for (const reply of replies) this.#count(reply)
    const found: string[][] = []
    for (const reply of replies) {
      const valid: string[] = []
      for (const word of tokenWords(reply))
        if (this.#counts.get(word) === 1 && (await this.#isValid(word))) valid.push(word)
      found.push(valid)
    }
    return found
  }

  #count(reply: string): void {
    if (this.#replies.has(reply)) return
    this.#replies.add(reply)
    for (const word of tokenWords(reply)) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
  }

  async #isValid(word: string): Promise<boolean> {
    const valid = this.#asked.get(word) ?? (await this.#ask(word))
    this.#asked.set(word, valid)
    return valid
  }
}

/** Characters of a token that are shown, unless more are needed to distinguish it. */
export const shown = 6

/**
 * How much of each token distinguishes it from the others: 6 characters, or one more than it shares with another; of a short token,
 * such as one that was chosen by hand, at most half.
 */
export function beginnings(tokens: readonly string[]): Map<string, string> {
  const sorted = [...new Set(tokens)].sort()
  return new Map(
    sorted.map((token, at) => {
      const shared = Math.max(common(token, sorted[at - 1] ?? ''), common(token, sorted[at + 1] ?? ''))
      return [token, token.slice(0, Math.min(Math.max(shown, shared + 1), Math.floor(token.length / 2)))]
    }),
  )
}

/** The beginning of a token of these as people see it: `Xb4kT2…`. */
export function shortened(token: string, tokens: readonly string[]): string {
  return `${beginnings([...tokens, token]).get(token)}…`
}

/** The tokens that start like this, if it is at least as long as what is shown of them. */
export function tokensBeginning(beginning: string, tokens: readonly string[]): string[] {
  return [...beginnings(tokens)].flatMap(([token, part]) =>
    token.startsWith(beginning) && beginning.length >= Math.min(shown, Math.max(1, part.length)) ? [token] : [],
  )
}

function common(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

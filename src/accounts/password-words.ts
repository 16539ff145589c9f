import { isUserId } from './ids.ts'

/** Characters of a word that may be a password, at least and at most. */
const shortest = 8
const longest = 512
/** How many words of one reply are considered: a reply about one account is short. */
const mostWords = 10_000

/** The words of a reply that may be a password. */
export interface Candidates {
  /** Those to try, the likeliest first. */
  chosen: string[]
  /** All of them, for the next reply. */
  all: Set<string>
}

/**
 * The words of a reply that may be a new password: maximal runs of non-blank characters, without the punctuation around them and
 * with it, of which none is a user ID or stood in an earlier reply; longest first, at most `count`.
 */
export function candidates(reply: string, serverName: string, seen: ReadonlySet<string>, count: number): Candidates {
  const all = new Set<string>()
  const forms: string[][] = []
  for (const [word] of reply.matchAll(/\S+/g)) {
    if (all.size >= mostWords) break
    if (word.length < shortest || word.length > longest) continue
    const found = formsOf(word, serverName).filter((form) => form.length >= shortest)
    const fresh = found.filter((form) => !seen.has(form) && !all.has(form))
    for (const form of found) all.add(form)
    if (fresh.length > 0) forms.push(fresh)
  }
  // By the form without punctuation: quotes must not make a word longer than its neighbour.
  forms.sort((one, other) => (other[0]?.length ?? 0) - (one[0]?.length ?? 0))
  return { chosen: forms.flat().slice(0, count), all }
}

/** A word without punctuation around it, without quotes only, and as it stands; what follows a colon or `=` within it. */
function formsOf(word: string, serverName: string): string[] {
  const bare = trim(word)
  if (isUserId(word, serverName) || isUserId(`@${bare}`, serverName)) return []
  const value = /^[\p{L}\p{N}_-]+[:=](.+)$/u.exec(bare)?.[1]
  const values = value === undefined ? [] : [trim(value)]
  return [...new Set([...values, bare, unquote(word), word])]
}

const isPunctuation = (character: string | undefined) => character !== undefined && /[\p{P}\p{S}]/u.test(character)

/** In time linear in the length of the word. */
function trim(word: string): string {
  const characters = [...word]
  let [start, end] = [0, characters.length]
  while (start < end && isPunctuation(characters[start])) start += 1
  while (end > start && isPunctuation(characters[end - 1])) end -= 1
  return characters.slice(start, end).join('')
}

const pairs = ['``', '""', "''", '**', '||', '()', '[]', '<>', '“”', '„“', '‘’', '«»']

/** A password may begin or end with punctuation of its own: only the quotes, and what ends the sentence after them, are taken off. */
function unquote(word: string): string {
  const text = /[.,;:!?]$/.test(word) && pairs.some(([, close]) => word.at(-2) === close) ? word.slice(0, -1) : word
  return pairs.some(([open, close]) => text.startsWith(open ?? '') && text.endsWith(close ?? ''))
    ? text.slice(1, -1)
    : word
}

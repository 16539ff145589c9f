/**
 * A text without these characters at its ends, in linear time: a regular expression such as /x+$/ takes quadratic time
 * on a long run of them that does not stand at the end.
 */
export function trim(text: string, characters: string): string {
  let start = 0
  while (start < text.length && characters.includes(text.charAt(start))) start += 1
  return trimEnd(text.slice(start), characters)
}

/** Likewise, at the end only. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

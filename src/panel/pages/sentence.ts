/** A message of the command line as the panel says it: it begins with a capital, unless its first word is an id or a name. */
export function sentence(text: string): string {
  return /^[a-z][a-z']*(?=[\s:,;]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}

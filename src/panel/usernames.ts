/** What several people typed as names of new accounts, a line each. */
export interface Usernames {
  names: readonly string[]
  /** By line, from 1. */
  faults: readonly string[]
}

/** What the server can be asked for in one form. */
const most = 100

/** The usernames in a text, one per line; blank lines do not count. */
export function parseUsernames(text: string): Usernames {
  const names = new Set<string>()
  const faults: string[] = []
  for (const [at, line] of text.split(/\r\n?|\n/).entries()) {
    const name = line.trim()
    if (name === '') continue
    if (!/^[a-z0-9][a-z0-9._=-]{0,63}$/.test(name)) faults.push(`line ${at + 1}: invalid username`)
    else if (names.has(name)) faults.push(`line ${at + 1}: ${name} is there twice`)
    names.add(name)
  }
  if (names.size === 0) faults.push('there is no username')
  if (names.size > most) faults.push(`at most ${most} at once, these are ${names.size}`)
  return { names: [...names], faults: faults.slice(0, 10) }
}

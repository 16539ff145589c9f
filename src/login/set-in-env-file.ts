import { parseAssignments } from '../config/assignments.ts'

/** The text of an env file in which a variable has this value, given as a word; everything else is unchanged. */
export function setInEnvFile(text: string, name: string, word: string): string {
  const line = `${name}=${word}`
  const lines = text.split('\n')
  const last = parseAssignments(text).findLast((assignment) => assignment.name === name)
  // Only a line that is nothing but the assignment is replaced. A later one wins over any other.
  const [, before] = (last && /^([ \t]*(?:export[ \t]+)?)\w+=[^\s'"\\$`]*\s*$/.exec(lines[last.line - 1] ?? '')) ?? []
  if (last !== undefined && before !== undefined) {
    lines[last.line - 1] = before + line
    return lines.join('\n')
  }
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** A word as a shell and an env file read it. */
export function shellQuoted(value: string): string {
  return /^[A-Za-z0-9_@:./+=[\]-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

/** The word of a path: below the home it begins with `~`, so that it stays right where the home has another path. */
export function pathWord(path: string, homeDir: string | undefined): string {
  const isBelow = homeDir !== undefined && path.startsWith(`${homeDir}/`)
  return isBelow ? `~/${shellQuoted(path.slice(homeDir.length + 1))}` : shellQuoted(path)
}

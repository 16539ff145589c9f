import { parse } from 'dotenv'
import { expand } from 'dotenv-expand'
import { SetupError } from '../errors.ts'
import { type Assignment, type Part, parseAssignments } from './assignments.ts'

export interface FileValue {
  value: string
  line: number
}

/** dotenv and its expansion are given one neutral name at a time, so that no value of the environment stands in its way. */
const slot = 'MATRIX_USERS_SLOT'

/**
 * The variables that an env file sets, as bash would after `source FILE`: what the file itself set comes first in a
 * reference, then `environment`. Throws SetupError with the line of the first thing that is no plain assignment.
 */
export function parseEnvFile(
  text: string,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, FileValue> {
  const values = new Map<string, FileValue>()
  const known: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && name !== slot) known[name] = hide(value)
  for (const assignment of parseAssignments(text)) {
    const { name, parts } = required(assignment, file)
    const prepared = parse(`${slot}=${parts.map(prepare).join('')}`)
    const expanded = expand({ parsed: prepared, processEnv: { ...known } }).parsed?.[slot] ?? ''
    known[name] = expanded
    values.set(name, { value: reveal(expanded), line: assignment.line })
  }
  return values
}

function required(assignment: Assignment, file: string) {
  if ('parts' in assignment) return assignment
  throw new SetupError(`${file}, line ${assignment.line}: ${assignment.fault}`, {
    hint: 'an env file holds assignments like NAME=value or NAME="some text", and comments',
  })
}

function prepare(part: Part): string {
  return typeof part === 'string' ? hide(part) : `\${${part.name}:-${hide(part.fallback)}}`
}

/** A character that neither of the two libraries has a meaning for; four digits after it name the hidden one. */
const mark = '\uE000'

/** Text without anything that dotenv would take for a quote, a comment or a reference. */
function hide(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, (character) => mark + character.charCodeAt(0).toString(16).padStart(4, '0'))
}

function reveal(text: string): string {
  return text.replace(/\uE000([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

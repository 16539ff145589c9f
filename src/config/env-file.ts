import { SetupError } from '../errors.ts'
import { home, parseAssignments, type ValuePart } from './assignments.ts'
import { isSetByBash } from './bash-variables.ts'

export interface FileValue {
  value: string
  line: number
}

export interface EnvFileContext {
  /** For error messages. */
  file: string
  /** Variables that references find and the file does not set. */
  environment: Readonly<Record<string, string | undefined>>
  /** What `~` stands for without HOME. */
  homeDir?: string | undefined
}

/** Characters that references may add to a file's text: a limit for values that double line by line. */
const longestExpansion = 1024 * 1024

/**
 * The variables that an env file sets, as bash would after `source FILE`: what the file itself set comes first in a
 * reference, then the environment. Takes time in proportion to the file's size.
 * Throws SetupError with the line of the first thing that is not a plain assignment.
 */
export function parseEnvFile(text: string, context: EnvFileContext): Map<string, FileValue> {
  const values = new Map<string, FileValue>()
  let left = longestExpansion
  for (const assignment of parseAssignments(text)) {
    const { line } = assignment
    if ('fault' in assignment) throw fault(context, line, assignment.fault)
    const pieces = assignment.parts.map((part) => {
      if (typeof part === 'string') return part
      const piece = resolve(part, values, context, line)
      left -= piece.length
      if (left < 0) throw fault(context, line, `references expand to more than ${longestExpansion} characters`)
      return piece
    })
    values.set(assignment.name, { value: pieces.join(''), line })
  }
  return values
}

function resolve(
  part: Exclude<ValuePart, string>,
  values: ReadonlyMap<string, FileValue>,
  context: EnvFileContext,
  line: number,
): string {
  const { environment, homeDir = '' } = context
  const known = (name: string) =>
    values.get(name)?.value ?? (Object.hasOwn(environment, name) ? environment[name] : undefined)
  if (part === home) return known('HOME') ?? homeDir
  const { name, fallback } = part
  const value = known(name)
  // An interactive shell exports `_` as the path of the program that it starts; `source` never finds that there.
  if ((value === undefined || (name === '_' && !values.has('_'))) && isSetByBash(name))
    throw fault(
      context,
      line,
      `bash sets $${name} itself, so its value here is unknown`,
      `set ${name} in this file first, or write the value itself`,
    )
  return value || fallback
}

function fault({ file }: EnvFileContext, line: number, what: string, hint?: string): SetupError {
  return new SetupError(`${file}, line ${line}: ${what}`, {
    hint: hint ?? 'write only assignments like NAME=value or NAME="some text", and comments',
  })
}

import { SetupError, UserError } from '../errors.ts'
import { localpartOf, parseUser, quote } from '../matrix/identifiers.ts'
import type { Operation } from '../operations.ts'

/** An account that an operation is about. */
export interface Target {
  /** As it was given, for the file of those that failed. */
  given: string
  mxid: string
  /** As the admin command wants it. */
  word: string
}

const mostFaults = 20

/** One account, as the admin command wants it. Throws SetupError before anything is sent. */
export function resolveTarget(operation: Operation, given: string, serverName: string): Target {
  const { mxid } = parseUser(given, serverName)
  return { given, mxid, word: operation.argument === 'localpart' ? localpartOf(given, serverName) : mxid }
}

/** The accounts of a file: one a line, blank lines and `#` comments allowed. Throws SetupError naming every fault by its line. */
export function readTargets(operation: Operation, text: string, serverName: string): Target[] {
  const targets: Target[] = []
  const faults: string[] = []
  const lineOf = new Map<string, number>()
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const given = raw.replace(/(^|\s)#.*$/, '').trim()
    if (given === '') continue
    try {
      const target = resolveTarget(operation, given, serverName)
      const before = lineOf.get(target.mxid)
      if (before !== undefined) throw new SetupError(`${quote(given)} is on line ${before} already`)
      lineOf.set(target.mxid, at + 1)
      targets.push(target)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      faults.push(`line ${at + 1}: ${error.message}`)
    }
  }
  if (faults.length > 0) {
    const more = faults.length > mostFaults ? `\n… and ${faults.length - mostFaults} more` : ''
    throw new SetupError(`nothing was sent, because of:\n${faults.slice(0, mostFaults).join('\n')}${more}`)
  }
  if (targets.length === 0) throw new SetupError('no users: nothing was sent')
  return targets
}

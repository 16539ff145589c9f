import { localpartOf, parseUser, requireOwn } from '../matrix/identifiers.ts'
import type { Operation } from './table.ts'

/** An account that an operation is about. */
export interface Target {
  /** As it was given, for the file of failed users. */
  given: string
  mxid: string
  /** As the admin command wants it. */
  word: string
}

/** One account, as the admin command wants it. Throws SetupError before anything is sent. */
export function resolveTarget(operation: Operation, given: string, serverName: string): Target {
  const user = parseUser(given, serverName)
  const { mxid } = operation.needsAccount ? requireOwn(user, serverName) : user
  return { given, mxid, word: operation.argument === 'localpart' ? localpartOf(given, serverName) : mxid }
}

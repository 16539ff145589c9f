import type { Audited } from '../audit/with-audit.ts'
import { AdminRoom, type ReplyShape } from '../matrix/admin-room/admin-room.ts'
import type { Operation } from './table.ts'
import type { Target } from './target.ts'

/** A command for the admin room. */
export interface AdminCommand {
  /** The message to post. */
  line: string
  secret: boolean
  replyShape: ReplyShape
  /** What the audit log says of it; undefined where it changes nothing. */
  audited: Audited | undefined
  operation?: Operation
  /** The account that the operation is about. */
  mxid?: string
}

/** The command of an operation, on an account where it takes one. `prefix`: that of the admin room. */
export function commandFor(operation: Operation, prefix: string, target?: Target): AdminCommand {
  return {
    line: AdminRoom.line(prefix, [...operation.words, ...(target ? [target.word] : [])]),
    secret: operation.secret === true,
    replyShape: 'lines',
    audited: operation.writes ? { op: operation.name, target: target?.mxid ?? '' } : undefined,
    operation,
    ...(target ? { mxid: target.mxid } : {}),
  }
}

import type { AdminCommand } from '../../operations/admin-command.ts'
import type { Result } from '../../operations/result.ts'
import { inPast, type Operation } from '../../operations/table.ts'
import type { Io } from '../../system/io.ts'

/** Warnings and notes about a result, on stderr: a secret that stays in the room, an unexpected effect. */
export function remark(io: Io, { redaction, effect, note }: Result): void {
  if (redaction.kind === 'failed')
    for (const { replyId, problem } of redaction.failures)
      io.warn(`cannot redact the reply ${replyId}, so the password stays in the admin room: ${problem}`)
  if (effect === false) io.warn(`the command had no effect${note === undefined ? '' : `: ${note}`}`)
  else if (note !== undefined) io.notice(`note: ${note}`)
}

/** One line after a success, on a terminal or where there is no reply, if no other note was printed. */
export function noteSuccess(io: Io, { operation, mxid }: AdminCommand, result: Result): void {
  if (!operation?.writes || mxid === undefined) return
  if (!io.stderrIsTerminal && result.replyId !== null) return
  if (result.effect === true) io.notice(inPast(operation, mxid))
  else if (result.effect === null && result.note === undefined) {
    io.notice('sent; the server cannot confirm it')
    if (operation.secret && io.stderrIsTerminal) io.notice('hint: --passwords checks the new password by a login')
  } else return
  if (operation.logoutWord !== undefined && io.stderrIsTerminal) io.notice(aboutSessions(operation, mxid))
}

/** A new password does not end sessions by itself, and no server tells an admin which are open. */
function aboutSessions({ endsSessions }: Operation, mxid: string): string {
  return endsSessions
    ? 'the server cannot confirm that the sessions ended'
    : `hint: open sessions stay logged in; \`matrix-users logout ${mxid}\` ends them`
}

import { type Audited, withAudit } from '../audit/with-audit.ts'
import type { CommonFlags, Context, Session } from '../config/session.ts'
import { type ExitCode, exitCodes, OutputError } from '../errors.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { deliver } from './deliver.ts'
import { type AdminCommand, perform } from './run.ts'

/** Asks the admin room for one command, relays its reply, and records it before and after. Gives the exit code. Commands that are in flight together share a `room`, and their JSON names the user. */
export async function runAdminCommand(
  context: Context,
  flags: CommonFlags,
  session: Session,
  command: AdminCommand,
  audited: Audited | undefined,
  room?: AdminRoom,
): Promise<ExitCode> {
  const { io } = context
  const started = Date.now()
  const ask = async () => {
    const stopWaiting = io.waiting(() => 'waiting for the reply …')
    const onNotice = (text: string) => {
      stopWaiting()
      io.notice(text)
    }
    const reply = await perform(session, command, onNotice, room).finally(stopWaiting)
    const redact = session.settings.redact && flags.keepReply !== true
    const user = room === undefined ? undefined : command.mxid
    return deliver(io, command, reply, { json: flags.json === true, user, redact, started }).catch((error) => {
      if (!(error instanceof OutputError)) throw error
      throw new OutputError(error.message, {
        hint: `the command was carried out, and its whole reply stays in the admin room (event ${reply.replyId})`,
        cause: error,
      })
    })
  }
  return withAudit(context, session, audited, ask, (rc) => ({
    rc,
    outcome: rc === exitCodes.ok.code ? 'replied' : 'no effect',
  }))
}

import type { Session } from '../../config/session.ts'
import { type ExitCode, exitCodes, UserError } from '../../errors.ts'
import type { AdminCommand } from '../../operations/admin-command.ts'
import { carryOut, exitCodeOf, isRemoved, type Wishes } from '../../operations/carry-out.ts'
import type { Io } from '../../system/io.ts'
import { jsonPresenter } from './json.ts'
import type { ShownPassword } from './passwords.ts'
import type { Presenter } from './presenter.ts'
import { textPresenter } from './text.ts'

/** `mxid`: the account, where several are shown one after another. `passwords`: shows the password instead of the reply. */
export function presenterOf(io: Io, json: boolean, mxid?: string, passwords?: ShownPassword): Presenter {
  if (json) return jsonPresenter(io, mxid, passwords)
  const presenter = textPresenter(io, mxid)
  return passwords ? passwords.instead(presenter) : presenter
}

/** Carries out one command and shows its result. Gives the exit code. */
export async function carryOutShown(
  io: Io,
  presenter: Presenter,
  session: Session,
  command: AdminCommand,
  wishes: Wishes,
): Promise<ExitCode> {
  const keepReply = keepsReply(io, command, session, wishes)
  const stopWaiting = io.waiting(() => 'waiting for the reply …')
  try {
    const result = await carryOut(session, command, stopBefore(presenter, stopWaiting), { ...wishes, keepReply })
    await presenter.ended(result)
    presenter.succeeded(command, result)
    if (command.operation?.secret && command.mxid === session.operator) noteOwnPassword(io, session)
    return exitCodeOf(result)
  } catch (error) {
    if (error instanceof UserError) await presenter.failed(error, true).catch(() => {})
    throw error
  } finally {
    stopWaiting()
  }
}

function noteOwnPassword(io: Io, { settings }: Session): void {
  io.notice(
    `note: this was the operator's own password, so an ADMIN_PASS in ${settings.credentialsFile} is out of date`,
  )
}

/** Whether a reply stays in the room: also one with a secret where nothing reads stdout, which is then its only place. */
export function keepsReply(
  io: Io,
  command: { secret?: boolean },
  session: Session,
  wishes: Wishes,
): boolean | undefined {
  if (!isRemoved(command, session, wishes) || !io.stdoutIsUnread()) return wishes.keepReply
  io.warn('nothing reads stdout, so a reply that may hold a password stays in the admin room')
  return true
}

/** The same presenter, which calls `stop` before it shows what the bot writes. */
function stopBefore(presenter: Presenter, stop: () => void): Presenter {
  return {
    ...presenter,
    botSaid(text) {
      stop()
      presenter.botSaid(text)
    },
    replied(head, bytes, verdict) {
      stop()
      return presenter.replied(head, bytes, verdict)
    },
  }
}

/** Prints the messages that would be posted, one per line or as JSON objects. Gives the exit code. */
export async function showDryRun(io: Io, lines: readonly string[], json: boolean): Promise<ExitCode> {
  await io.write(lines.map((line) => `${json ? JSON.stringify({ command: line }) : line}\n`).join(''))
  return exitCodes.ok.code
}

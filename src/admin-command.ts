import type { AuditEntry } from './audit.ts'
import { deliver } from './deliver.ts'
import { type ExitCode, exitCodes, UserError } from './errors.ts'
import type { AdminCommand } from './perform.ts'
import { perform } from './perform.ts'
import type { CommonFlags, Context, Session } from './session.ts'

/** What the audit log says of a command; none for one that changes nothing. */
export interface Audited {
  op: string
  target: string
}

/** Asks the admin room for one command, relays its reply, and records it before and after. Gives the exit code. */
export async function runAdminCommand(
  context: Context,
  flags: CommonFlags,
  session: Session,
  command: AdminCommand,
  audited: Audited | undefined,
): Promise<ExitCode> {
  const { io } = context
  const started = Date.now()
  const record = await auditor(context, session, audited)
  record('user-op-start', {})
  const stopWaiting = io.waiting(() => 'waiting for the reply …')
  try {
    const reply = await perform(session, command, (text) => {
      stopWaiting()
      io.notice(text)
    }).finally(stopWaiting)
    const redact = session.settings.redact && flags.keepReply !== true
    const rc = await deliver(io, command, reply, { json: flags.json === true, redact, started })
    record('user-op-end', { rc, outcome: rc === exitCodes.ok.code ? 'replied' : 'no effect' })
    return rc
  } catch (error) {
    const rc = error instanceof UserError ? error.exitCode : exitCodes.refused.code
    record('user-op-end', { rc, outcome: error instanceof Error ? error.name : 'failed' })
    throw error
  }
}

type Record = (action: AuditEntry['action'], result: { rc?: number; outcome?: string }) => void

/** A full card must not keep anyone from suspending an abuser: what cannot be recorded is a warning. */
async function auditor(context: Context, session: Session, audited: Audited | undefined): Promise<Record> {
  const { dataDir } = session.settings
  if (audited === undefined || dataDir === undefined) return () => {}
  const { appendAudit } = await import('./audit.ts')
  let warned = false
  return (action, result) => {
    const entry = { user: session.operator, ip: '', ua: '', action, ...audited, ...result, source: 'cli' as const }
    try {
      appendAudit(dataDir, entry, new Date())
    } catch (error) {
      if (!warned) context.io.warn(`this is not recorded in the audit log: ${(error as Error).message}`)
      warned = true
    }
  }
}

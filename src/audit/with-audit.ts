import { type ExitCode, exitCodes, OutputError, SetupError, UserError } from '../errors.ts'
import type { AuditEntry, Caller } from './write.ts'

/** What the audit log says of a write. */
export interface Audited {
  op: string
  target: string
}

export interface AuditedEnd {
  rc: ExitCode
  outcome: string
}

/** The operator, who did it, and where the log is. */
export interface Recorded {
  operator: string
  caller: Caller
  settings: { readonly dataDir: string | undefined }
}

/** The outcome in words, by exit code. */
const inWords: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'no effect',
  2: 'refused',
  3: 'unreachable',
  4: 'no reply',
  5: 'partly failed',
  130: 'interrupted',
}

/**
 * Does a write with one line in the audit log before it and one after. Without `audited`, or without a DATA_DIR, nothing is
 * recorded. What cannot be recorded is a warning, or throws SetupError before the write where the caller must record.
 */
export async function withAudit<T>(
  session: Recorded,
  warn: (text: string) => void,
  audited: Audited | undefined,
  work: () => Promise<T>,
  judge: (result: T) => AuditedEnd,
): Promise<T> {
  const record = await recorder(session, warn, audited)
  record('user-op-start', {})
  try {
    const result = await work()
    record('user-op-end', judge(result))
    return result
  } catch (error) {
    const rc = error instanceof UserError ? error.exitCode : exitCodes.refused.code
    // It was done, and only what came of it was not shown.
    record('user-op-end', { rc, outcome: error instanceof OutputError ? 'not shown' : inWords[rc] })
    throw error
  }
}

async function recorder(session: Recorded, warn: (text: string) => void, audited: Audited | undefined) {
  const { dataDir } = session.settings
  if (audited === undefined || dataDir === undefined) return () => {}
  const { appendAudit } = await import('./write.ts')
  const { mustRecord, source, userId, ...from } = session.caller
  let warned = false
  return (action: AuditEntry['action'], result: Partial<AuditedEnd>) => {
    try {
      appendAudit(
        dataDir,
        { user: session.operator, ...from, action, ...audited, ...result, source },
        new Date(),
        userId,
      )
    } catch (error) {
      const problem = (error as Error).message
      if (mustRecord && action === 'user-op-start')
        throw new SetupError(`the audit log cannot be written, so nothing was sent: ${problem}`, { cause: error })
      if (!warned) warn(`this is not recorded in the audit log: ${problem}`)
      warned = true
    }
  }
}

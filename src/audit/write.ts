import { closeSync, fstatSync, writeSync } from 'node:fs'
import { makeFolder, openToAppend } from '../system/open-file.ts'
import { endsTorn } from '../system/torn-line.ts'

/** One line of `$DATA_DIR/logs/admin-audit.log`: the keys of the panel that writes there too, `source` and `outcome` besides. */
export interface AuditEntry {
  user: string
  /** The client's address; empty for the command line. */
  ip: string
  ua: string
  action: string
  op: string
  target: string
  /** Exit code; only at the end. */
  rc?: number
  source: 'cli' | 'panel'
  outcome?: string
}

/** On whose behalf commands run, as the log has it. */
export interface Caller {
  source: AuditEntry['source']
  ip: string
  ua: string
  /** Whether a write that cannot be recorded is refused. At a shell it is not: a full disk must not prevent suspending an abuser. */
  mustRecord: boolean
  /** Effective user id; undefined where there is none. */
  userId?: number | undefined
}

/** Where the log of a data directory is. */
export function auditFile(dataDir: string): string {
  return `${dataDir}/logs/admin-audit.log`
}

/**
 * Appends one line in one write, after ending a line that a crash left torn. `userId` is who we are. Throws as
 * `openToAppend` does.
 */
export function appendAudit(dataDir: string, entry: AuditEntry, now: Date, userId?: number): void {
  makeFolder(`${dataDir}/logs`, 0o755)
  const descriptor = openToAppend(auditFile(dataDir), userId)
  try {
    const ts = now.toISOString().replace(/\.\d+Z$/, 'Z')
    const line = Buffer.from(
      `${endsTorn(descriptor, fstatSync(descriptor).size) ? '\n' : ''}${JSON.stringify({ ts, ...entry })}\n`,
    )
    const written = writeSync(descriptor, line)
    if (written !== line.length) throw new Error(`the disk is full: ${auditFile(dataDir)}`)
  } finally {
    closeSync(descriptor)
  }
}

import { parseLine, readLines } from '../../audit/read.ts'
import { type AuditEntry, auditFile } from '../../audit/write.ts'
import { exitCodes } from '../../errors.ts'

/** How often an operation on one account ended with its reply shown, and how often it had no effect. */
export interface Endings {
  shown: number
  refused: number
}

/** What the audit log says of an operation, by account (MXID); empty where there is no readable log. */
export async function recordedEndings(dataDir: string | undefined, op: string): Promise<Map<string, Endings>> {
  const endings = new Map<string, Endings>()
  if (dataDir === undefined) return endings
  for await (const entry of entriesOf(auditFile(dataDir))) {
    if (entry.op !== op || entry.action !== 'user-op-end') continue
    const { shown = 0, refused = 0 } = endings.get(entry.target) ?? {}
    endings.set(entry.target, {
      shown: shown + (entry.rc === exitCodes.ok.code ? 1 : 0),
      refused: refused + (entry.rc === exitCodes.noEffect.code ? 1 : 0),
    })
  }
  return endings
}

async function* entriesOf(file: string): AsyncGenerator<AuditEntry> {
  try {
    for await (const line of readLines(file)) {
      const entry = parseLine(line) as AuditEntry | null | undefined
      if (entry) yield entry
    }
  } catch {}
}

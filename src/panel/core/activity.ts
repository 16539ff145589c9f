import type { AuditRecord } from '../../audit/pair.ts'
import type { CommonFlags, Context } from '../../config/context.ts'
import { openSettings } from '../../config/session.ts'
import type { Activity, ActivityEntry, ActivityQuery } from '../commands.ts'

/** How much of the log is read, from its end: about 35,000 operations, which take a processor less than a second. */
const most = 16 * 1024 * 1024

/** What the audit log says of an account or an operation, newest first. Its lines are read a few at a time: the log may be long. */
export async function readActivity(context: Context, flags: CommonFlags, query: ActivityQuery): Promise<Activity> {
  const { dataDir } = await openSettings(context, flags)
  if (dataDir === undefined) return { entries: [], total: 0, isCut: false }
  const { auditFile } = await import('../../audit/write.ts')
  const { readLines, startOfLast } = await import('../../audit/read.ts')
  const { pairLines } = await import('../../audit/pair.ts')
  const { isChosen } = await import('../../audit/choose.ts')
  const file = auditFile(dataDir)
  const start = startOfLast(most, file)
  const wanted = query.skip + query.count
  let newest: ActivityEntry[] = []
  let total = 0
  for await (const record of pairLines(readLines(file, start))) {
    const entry = entryOf(record)
    if (entry === undefined || !isChosen(query.asTarget ? withoutOperator(record) : record, { user: query.user }))
      continue
    if (query.operation !== undefined && entry.operation !== query.operation) continue
    total += 1
    newest.push(entry)
    if (newest.length > 2 * wanted) newest = newest.slice(-wanted)
  }
  return { entries: newest.slice(-wanted).reverse().slice(query.skip), total, isCut: start > 0 }
}

function withoutOperator(record: AuditRecord): AuditRecord {
  if (record.kind === 'operation') return { ...record, user: '' }
  return { ...record, value: record.value && { ...record.value, user: '' } }
}

/** undefined for a line that is torn, or no entry at all. */
function entryOf(record: AuditRecord): ActivityEntry | undefined {
  const value = record.kind === 'operation' ? record : record.value
  if (typeof value?.ts !== 'string') return undefined
  const { ts, op, target, source, ip, outcome, rc } = value
  return {
    time: text(ts),
    operation: text(op),
    target: text(target),
    source: text(source) || 'other',
    address: text(ip),
    outcome: outcome === null ? undefined : text(outcome) || 'ended',
    code: typeof rc === 'number' ? rc : undefined,
  }
}

/** Anything may stand in a log that others write as well. */
function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}

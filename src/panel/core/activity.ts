import type { AuditRecord } from '../../audit/pair.ts'
import type { CommonFlags, Context } from '../../config/context.ts'
import { openSettings } from '../../config/session.ts'
import type { Activity, ActivityEntry, ActivityQuery } from '../commands.ts'

/** What the audit log says of an account or an operation, newest first. Its lines are read one by one: the log may be long. */
export async function readActivity(context: Context, flags: CommonFlags, query: ActivityQuery): Promise<Activity> {
  const { dataDir } = await openSettings(context, flags)
  if (dataDir === undefined) return { entries: [], total: 0 }
  const { auditFile } = await import('../../audit/write.ts')
  const { readLines } = await import('../../audit/read.ts')
  const { pairLines } = await import('../../audit/pair.ts')
  const { isChosen } = await import('../../audit/choose.ts')
  const most = query.skip + query.count
  let newest: ActivityEntry[] = []
  let total = 0
  for await (const record of pairLines(readLines(auditFile(dataDir)))) {
    const entry = entryOf(record)
    if (entry === undefined || !isChosen(query.asTarget ? withoutOperator(record) : record, { user: query.user }))
      continue
    if (query.operation !== undefined && entry.operation !== query.operation) continue
    total += 1
    newest.push(entry)
    if (newest.length > 2 * most) newest = newest.slice(-most)
  }
  return { entries: newest.slice(-most).reverse().slice(query.skip), total }
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

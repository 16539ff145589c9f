import { parseLine } from './read.ts'

/** One operation: what its two lines in the log say. null: not recorded. */
export interface RecordedOperation {
  kind: 'operation'
  /** When it started and when it ended, as the log has it. */
  ts: string
  end: string | null
  user: string
  ip: string
  ua: string
  source: string
  op: string
  target: string
  rc: number | null
  outcome: string | null
}

/** Any other line: a login, another program's, or one that a crash left torn. `value`: the JSON object, if it is one. */
export interface OtherLine {
  kind: 'other'
  line: string
  value: Readonly<Record<string, unknown>> | undefined
}

export type AuditRecord = RecordedOperation | OtherLine

/** How many records may come between the start of an operation and its end. In a batch only a few run at the same time. */
const longestOpen = 5000

/**
 * The log's operations, in the order in which they started, and its other lines in between. An end belongs to the newest
 * start of the same operation by the same user, so that a killed operation does not get the end of the next one. With `live`
 * each operation comes when it ends, and those without an end come last.
 */
export async function* pairLines(lines: AsyncIterable<string>, live = false): AsyncGenerator<AuditRecord> {
  const queue: AuditRecord[] = []
  const open = new Map<string, RecordedOperation[]>()
  const isOpen = (record: AuditRecord | undefined) =>
    record?.kind === 'operation' && (open.get(keyOf(record))?.includes(record) ?? false)
  const close = (record: RecordedOperation) => {
    const key = keyOf(record)
    const others = open.get(key)?.filter((other) => other !== record) ?? []
    if (others.length === 0) open.delete(key)
    else open.set(key, others)
  }
  for await (const line of lines) {
    const { action, record } = parse(line)
    const begun = action === 'user-op-end' ? open.get(keyOf(record as RecordedOperation))?.at(-1) : undefined
    if (begun !== undefined && record.kind === 'operation') {
      Object.assign(begun, { end: record.end, rc: record.rc, outcome: record.outcome })
      close(begun)
      if (live) {
        queue.splice(queue.indexOf(begun), 1)
        yield begun
      }
    } else if (live && action !== 'user-op-start') yield record
    else {
      queue.push(record)
      if (action === 'user-op-start' && record.kind === 'operation')
        open.set(keyOf(record), [...(open.get(keyOf(record)) ?? []), record])
    }
    while (queue.length > longestOpen || (!live && queue.length > 0 && !isOpen(queue[0]))) {
      const [first] = queue.splice(0, 1) as [AuditRecord]
      if (first.kind === 'operation') close(first)
      yield first
    }
  }
  yield* queue
}

function keyOf({ user, ip, ua, source, op, target }: RecordedOperation): string {
  return JSON.stringify([user, ip, ua, source, op, target])
}

function parse(line: string): { action: string; record: AuditRecord } {
  const value = parseLine(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { action: '', record: { kind: 'other', line, value: undefined } }
  const fields = value as Readonly<Record<string, unknown>>
  const { action } = fields
  if (typeof fields.ts !== 'string' || (action !== 'user-op-start' && action !== 'user-op-end'))
    return { action: '', record: { kind: 'other', line, value: fields } }
  const ends = action === 'user-op-end'
  const record: RecordedOperation = {
    kind: 'operation',
    ts: fields.ts,
    end: ends ? fields.ts : null,
    ...{ user: text(fields.user), ip: text(fields.ip), ua: text(fields.ua) },
    ...{ source: text(fields.source), op: text(fields.op), target: text(fields.target) },
    rc: ends && typeof fields.rc === 'number' ? fields.rc : null,
    outcome: ends ? text(fields.outcome) || 'ended' : null,
  }
  return { action, record }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { Deque } from './deque.ts'
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
  const queue = new Deque<AuditRecord>()
  const open = new OpenOperations()
  for await (const line of lines) {
    const { action, record } = parse(line)
    const begun = action === 'user-op-end' && record.kind === 'operation' ? open.end(record) : undefined
    if (begun !== undefined) {
      if (live) yield begun
    } else if (live && action !== 'user-op-start') yield record
    else {
      queue.push(record)
      if (action === 'user-op-start' && record.kind === 'operation') open.add(record)
    }
    while (queue.size > longestOpen || (queue.size > 0 && !open.has(queue.first))) {
      const first = next()
      if (first) yield first
    }
  }
  while (queue.size > 0) {
    const first = next()
    if (first) yield first
  }

  /** The oldest, for which no end is expected any more; undefined if it was given when it ended. */
  function next(): AuditRecord | undefined {
    const first = queue.shift()
    if (live && !open.has(first)) return undefined
    if (first?.kind === 'operation') open.giveUp(first)
    return first
  }
}

/** The operations without an end yet. */
class OpenOperations {
  readonly #all = new Set<AuditRecord | undefined>()
  /** In the order in which they started. */
  readonly #byKey = new Map<string, Deque<RecordedOperation>>()

  has(record: AuditRecord | undefined): boolean {
    return this.#all.has(record)
  }

  add(record: RecordedOperation): void {
    this.#all.add(record)
    const key = keyOf(record)
    const others = this.#byKey.get(key) ?? new Deque()
    others.push(record)
    this.#byKey.set(key, others)
  }

  /** The newest operation that an end belongs to, with what the end says; undefined if none is open. */
  end({ end, rc, outcome, ...which }: RecordedOperation): RecordedOperation | undefined {
    const begun = this.#remove(which, (others) => others.pop())
    return begun && Object.assign(begun, { end, rc, outcome })
  }

  /** No end is expected any more for this one, if it is open: the oldest of all. */
  giveUp(record: RecordedOperation): void {
    if (this.has(record)) this.#remove(record, (others) => others.shift())
  }

  #remove(
    which: Key,
    take: (others: Deque<RecordedOperation>) => RecordedOperation | undefined,
  ): RecordedOperation | undefined {
    const key = keyOf(which)
    const others = this.#byKey.get(key)
    const taken = others && take(others)
    if (others?.size === 0) this.#byKey.delete(key)
    this.#all.delete(taken)
    return taken
  }
}

type Key = Pick<RecordedOperation, 'user' | 'ip' | 'ua' | 'source' | 'op' | 'target'>

function keyOf({ user, ip, ua, source, op, target }: Key): string {
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

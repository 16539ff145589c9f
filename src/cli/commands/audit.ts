import type { AuditRecord } from '../../audit/pair.ts'
import type { CommonFlags, Context } from '../../config/context.ts'
import { openSettings } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { Command } from './command.ts'

interface AuditArgs extends CommonFlags {
  follow?: boolean
  user?: string
  since?: string
  limit?: string
}

/** The audit log for people: one line per operation, newest last. */
export const audit: Command<AuditArgs> = {
  usage: 'audit',
  onlyPrints: true,
  summary: 'Show the audit log: who changed what, when, and how it ended',
  details: [
    'The log has what matrix-users and its panel did with this DATA_DIR, not what others post in the admin room.',
    'An operation ends as `done` (the account shows the change), `already so`, `no effect`, `replied` (the server cannot confirm the change), `not shown` (it was carried out, but its output could not be printed), `refused`, `unreachable`, `no reply`, `partly failed` or `interrupted`. The number is the exit code.',
  ],
  options: ['follow', 'user', 'since', 'limit'],
  examples: [
    ['$0 audit --user alice --since 7d', 'show what was done to alice in the last 7 days'],
    ['$0 audit --follow', 'print each operation as it ends'],
  ],
  async run(args, context) {
    const { dataDir } = await openSettings(context, args)
    if (dataDir === undefined) throw new SetupError('DATA_DIR is not set: it holds the audit log')
    if (args.follow && args.limit !== undefined) throw new SetupError('--follow and --limit cannot be used together')
    const { auditFile } = await import('../../audit/write.ts')
    const file = auditFile(dataDir)
    const records = await chosen(args, context, file)
    const empty = await isEmpty(file)
    if (empty) context.io.notice(`the audit log is empty: ${file}`)
    try {
      const shown = await show(args, context, records)
      if (shown === 0 && !empty && !args.follow) context.io.notice('no entry of the audit log matches')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw code === undefined ? error : new SetupError(`cannot read the audit log: ${file} (${code})`)
    }
    return args.follow && context.interrupt.aborted ? exitCodes.interrupted.code : exitCodes.ok.code
  },
}

async function chosen(args: AuditArgs, context: Context, file: string): Promise<AsyncIterable<AuditRecord>> {
  const { followLines, readLines } = await import('../../audit/read.ts')
  const { pairLines } = await import('../../audit/pair.ts')
  const { isChosen, parseSince } = await import('../../audit/choose.ts')
  const since = args.since === undefined ? undefined : parseSince(args.since, new Date())
  const choice = { user: args.user, since }
  const limit = args.limit === undefined ? undefined : wholeNumber(args.limit)
  const lines = args.follow ? followLines(file, context.interrupt) : readLines(file)
  return newest(
    limit,
    (async function* () {
      for await (const record of pairLines(lines, args.follow)) {
        if (!args.follow) context.interrupt.throwIfAborted()
        if (isChosen(record, choice)) yield record
      }
    })(),
  )
}

function wholeNumber(given: string): number {
  if (/^[1-9]\d{0,6}$/.test(given)) return Number(given)
  throw new SetupError('invalid --limit', { hint: 'use a whole number from 1' })
}

async function* newest(limit: number | undefined, records: AsyncIterable<AuditRecord>): AsyncGenerator<AuditRecord> {
  if (limit === undefined) return yield* records
  let kept: AuditRecord[] = []
  for await (const record of records) {
    kept.push(record)
    if (kept.length >= 2 * limit) kept = kept.slice(-limit)
  }
  yield* kept.slice(-limit)
}

/** Writes a JSON array once it is whole. Gives how many entries there were. */
async function show(
  { json, follow }: AuditArgs,
  { io }: Context,
  records: AsyncIterable<AuditRecord>,
): Promise<number> {
  const items: string[] = []
  let count = 0
  for await (const record of records) {
    count++
    if (!json) await io.write(`${escapeControls(readable(record))}\n`)
    else {
      const item = asJson(record)
      if (item === undefined) continue
      if (follow) await io.write(`${item}\n`)
      else items.push(item)
    }
  }
  if (json && !follow) await io.write(items.length === 0 ? '[]\n' : `[\n${items.join(',\n')}\n]\n`)
  return count
}

async function isEmpty(file: string): Promise<boolean> {
  const { statSync } = await import('node:fs')
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** An operation as one object, anything else that is an object as it was written; undefined for what a crash left torn. */
function asJson(record: AuditRecord): string | undefined {
  if (record.kind === 'other') return record.value === undefined ? undefined : record.line
  const { kind, ...operation } = record
  return JSON.stringify(operation)
}

/** An operation, or a line of this program, in words; anything else as it is. */
function readable(record: AuditRecord): string {
  if (record.kind === 'operation') {
    const { outcome, rc } = record
    return inColumns(record, outcome === null ? 'no end recorded' : rc === null ? outcome : `${outcome} (${rc})`)
  }
  const { line, value } = record
  if (typeof value?.ts !== 'string' || typeof value.action !== 'string') return line
  return inColumns(value, value.rc === undefined ? '' : `${value.outcome ?? 'ended'} (${value.rc})`)
}

/** No field may look like a line of its own. */
function inColumns(fields: { [name: string]: unknown } | AuditRecord, how: string): string {
  const { ts, user, source, ip, op, target, action } = fields as Record<string, unknown>
  const from = [source || 'other', ip].filter(Boolean).join(' ')
  const what = [op, target].filter(Boolean).join(' ') || action
  return `${ts}  ${user || '-'}  ${from}  ${what}  ${how}`.trimEnd().replaceAll('\n', '\\n')
}

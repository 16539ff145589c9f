import type { AuditEntry } from '../../audit/write.ts'
import { type CommonFlags, openSettings } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { Command } from './command.ts'

/** The audit log for people: a line when something was begun, and one when it ended. */
export const audit: Command<CommonFlags & { follow?: boolean }> = {
  usage: 'audit',
  summary: 'Show the audit log readably: who changed what, when, and how it ended',
  options: ['follow'],
  examples: [
    ['$0 audit | grep alice', 'what was done to alice'],
    ['$0 audit --follow', 'what is being done, as it happens'],
  ],
  async run(args, context) {
    const { dataDir } = await openSettings(context, args)
    if (dataDir === undefined) throw new SetupError('DATA_DIR is not set: it holds the audit log')
    const { auditFile } = await import('../../audit/write.ts')
    const { followLines, parseLine, readLines } = await import('../../audit/read.ts')
    const file = auditFile(dataDir)
    if (await isEmpty(file)) context.io.notice(`nothing is recorded yet: ${file}`)
    const lines = args.follow ? followLines(file, context.interrupt) : readLines(file)
    try {
      for await (const line of lines) {
        const value = parseLine(line)
        const shown = args.json ? asJson(line, value) : escapeControls(readable(line, value))
        if (shown !== undefined) await context.io.write(`${shown}\n`)
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw code === undefined ? error : new SetupError(`the audit log cannot be read: ${file} (${code})`)
    }
    return args.follow ? exitCodes.interrupted.code : exitCodes.ok.code
  },
}

async function isEmpty(file: string): Promise<boolean> {
  const { statSync } = await import('node:fs')
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** A line for programs, as it was written; undefined if it is none, torn by a crash for example. */
function asJson(line: string, value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? line : undefined
}

/** A line of ours in words; anything else as it is. */
function readable(line: string, value: unknown): string {
  const entry = value as (Partial<AuditEntry> & { ts?: unknown }) | null | undefined
  if (typeof entry?.ts !== 'string' || typeof entry.action !== 'string') return line
  const { ts, user, ip, action, op, target, rc, outcome, source } = entry
  const from = [source ?? 'other', ip].filter(Boolean).join(' ')
  const what = [op, target].filter(Boolean).join(' ') || action
  const how = rc === undefined ? (action === 'user-op-start' ? 'begun' : '') : `${outcome ?? 'ended'} (${rc})`
  // Nothing that somebody put into a field may look like a line of its own.
  return `${ts}  ${user || '-'}  ${from}  ${what}  ${how}`.trimEnd().replaceAll('\n', '\\n')
}

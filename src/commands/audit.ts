import type { AuditEntry } from '../audit.ts'
import { exitCodes, SetupError } from '../errors.ts'
import { type CommonFlags, openSettings } from '../session.ts'
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
    const { auditFile } = await import('../audit.ts')
    const { followLines, readLines } = await import('../audit-reader.ts')
    const file = auditFile(dataDir)
    const lines = args.follow ? followLines(file, context.interrupt) : readLines(file)
    try {
      for await (const line of lines) await context.io.write(args.json ? `${line}\n` : `${readable(line)}\n`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw code === undefined ? error : new SetupError(`the audit log cannot be read: ${file} (${code})`)
    }
    return args.follow ? exitCodes.interrupted.code : exitCodes.ok.code
  },
}

/** A line of ours in words; anything else as it is. */
function readable(line: string): string {
  const entry = parse(line)
  if (entry === undefined) return line
  const { ts, user, ip, action, op, target, rc, outcome, source } = entry
  const from = [source ?? 'other', ip].filter(Boolean).join(' ')
  const what = [op, target].filter(Boolean).join(' ') || action
  const how = rc === undefined ? (action === 'user-op-start' ? 'begun' : '') : `${outcome ?? 'ended'} (${rc})`
  return `${ts}  ${user}  ${from}  ${what}  ${how}`.trimEnd()
}

function parse(line: string): (AuditEntry & { ts: string }) | undefined {
  try {
    const entry = JSON.parse(line)
    return typeof entry?.ts === 'string' && typeof entry.action === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { exitCodes } from '../../src/errors.ts'
import { leaksOf } from '../contract/leaks.ts'
import type { Homeserver } from '../homeserver/index.ts'
import { forged } from './behaviours/texts.ts'
import type { Ended } from './child.ts'

export interface Outcome extends Ended {
  homeserver: Homeserver
  dataDir: string
  args: readonly string[]
  /** ms that the command may take. */
  allowed: number
  /** The server may have shown a password where notices are read. */
  retold: boolean
}

export const mostMemory = 200
export const internalError = /internal error|defect of matrix-users/
export const stack = /^\s+at .*[(:]\d+:\d+\)?$/m
const codes: readonly number[] = Object.values(exitCodes).map(({ code }) => code)

/** What must hold whatever a homeserver does: the promises that were broken, in words. */
export function brokenPromises(outcome: Outcome): string[] {
  const { code, signal, stderr, stdout, ms, megabytes, homeserver, allowed, overdue } = outcome
  const executed = new Map<string, number>()
  for (const { line, eventId } of homeserver.executed)
    if (isOurs(homeserver, eventId)) executed.set(line, (executed.get(line) ?? 0) + 1)
  const operator = homeserver.consoleToken === undefined ? homeserver.operator : { token: '', password: '' }
  const broken: [string, boolean][] = [
    ['it does not end', overdue],
    ['it ends too late', !overdue && ms > allowed],
    [`it dies of ${signal}`, signal !== null && !overdue],
    [`exit code ${code} is not in the table`, signal === null && !codes.includes(code ?? -1)],
    [
      `exit code ${code} and an empty stderr`,
      code !== 0 && signal === null && stderr === '' && !outcome.args.includes('check'),
    ],
    [`more than ${mostMemory} MB`, megabytes > mostMemory],
    ['an internal error', internalError.test(stderr + stdout)],
    ['a stack', stack.test(stderr)],
    ['a line was forged', isForged(stderr) || (outcome.args.includes('check') && isForged(stdout))],
    ['control characters on stderr', /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/u.test(stderr)],
    ['nothing was sent, it says, but it was', (code === 2 || code === 3) && isSingle(outcome) && executed.size > 0],
    ['executed twice', [...executed].some(([line, times]) => times > timesAllowed(line, outcome.args))],
    ['an audit entry without an end', unfinished(outcome.dataDir)],
  ]
  const leaks = leaksOf(
    { hs: homeserver, operator: { mxid: '', ...operator }, dataDir: outcome.dataDir },
    [{ ...outcome, bytes: Buffer.from('') }],
    outcome.retold,
  )
  return [...broken.flatMap(([promise, is]) => (is ? [promise] : [])), ...leaks]
}

/** Posted through the API, by the program that is tried, not by the test. */
export function isOurs({ room }: Homeserver, eventId: string): boolean {
  return room.event(eventId)?.unsigned.transaction_id !== undefined
}

/** A line that begins as one of ours, and is a server's. */
export function isForged(text: string): boolean {
  return new RegExp(`^[ \\t]*(matrix-users: (error|warning): |hint: |ok )${forged}`, 'm').test(text)
}

/** A command that does one thing, so that "nothing was sent" can only mean that. */
function isSingle({ args }: Outcome): boolean {
  return !['invite', 'check', 'login', 'create-admin', 'list'].includes(args[0] ?? '') && !args.includes('--resume')
}

/** Tokens are minted by the same words each time, and `check` may ask by two prefixes. */
function timesAllowed(line: string, args: readonly string[]): number {
  if (line.startsWith('token issue')) return Number(args.at(-1)) || 1
  return args[0] === 'check' ? 3 : 1
}

/** Whether an operation began in the audit log and did not end there. */
export function unfinished(dataDir: string): boolean {
  const file = `${dataDir}/logs/admin-audit.log`
  if (!existsSync(file)) return false
  const open = new Map<string, number>()
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { action, op, target } = JSON.parse(line) as { action: string; op: string; target: string }
    const key = `${op} ${target}`
    const change = action.endsWith('-start') ? 1 : action.endsWith('-end') ? -1 : 0
    open.set(key, (open.get(key) ?? 0) + change)
  }
  return [...open.values()].some((count) => count !== 0)
}

import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import type { AuditRecord } from './pair.ts'

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Which part of the log is shown. */
export interface Choice {
  /** A user ID or a username: whose account it was done to, or by. */
  user?: string | undefined
  since?: Date | undefined
}

/** `2026-11-01` (UTC), `2026-11-01T08:00:00Z`, or how long ago: `7d`, `12h`, `30m`, `2w`. Throws SetupError. */
export function parseSince(given: string, now: Date): Date {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(given) ?? []
  const time = unit ? now.getTime() - Number(count) * (units[unit] ?? 0) : timeOf(given)
  if (!Number.isNaN(time)) return new Date(time)
  throw new SetupError(`invalid --since ${quote(given)}`, {
    hint: 'use a date such as 2026-11-01, or an age such as 7d',
  })
}

/** Unix ms of a date or time of ISO 8601; NaN for anything else, which Date would guess at. */
function timeOf(given: string): number {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(given) ? Date.parse(given) : Number.NaN
}

/** Whether a record is shown. A line without a user or a time is not, if the query asks for one. */
export function isChosen(record: AuditRecord, { user, since }: Choice): boolean {
  const { ts, user: by, target } = record.kind === 'operation' ? record : (record.value ?? {})
  if (since !== undefined && !(typeof ts === 'string' && Date.parse(ts) >= since.getTime())) return false
  return user === undefined || isSame(user, accountIn(target)) || isSame(user, by)
}

/** The target of `run` is the beginning of a command, with the account in it: `users suspend @alice:example.org`. */
function accountIn(target: unknown): unknown {
  if (typeof target !== 'string' || !target.includes(' ')) return target
  return target.split(' ').find((word) => word.startsWith('@'))
}

/** Another panel that writes into the same log writes usernames. */
function isSame(wanted: string, recorded: unknown): boolean {
  if (typeof recorded !== 'string') return false
  const [one, other] = [wanted, recorded].map((user) => /^@([^:]*):/.exec(user)?.[1] ?? user)
  return wanted.startsWith('@') && recorded.startsWith('@') ? wanted === recorded : one === other
}

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { auditFile } from '../../src/audit/write.ts'

/** One line of the log, with its newline. */
export function logLine(action: 'user-op-start' | 'user-op-end', target: string): string {
  const result = action === 'user-op-end' ? { rc: 0, outcome: 'done' } : {}
  const who = { user: '@admin:home.test', ip: '', ua: '', source: 'cli' }
  return `${JSON.stringify({ ts: '2026-11-23T21:00:00Z', ...who, action, op: 'suspend', target, ...result })}\n`
}

/** Both lines of an operation. */
export function operationLines(target: string): string {
  return logLine('user-op-start', target) + logLine('user-op-end', target)
}

/** Writes a log of many times the same lines, between others. Gives how often. */
export function writeLongLog(dataDir: string, size: number, first: string, repeated: string, last: string): number {
  const file = auditFile(dataDir)
  mkdirSync(dirname(file), { recursive: true })
  const piece = Buffer.from(repeated.repeat(2000))
  const pieces = Math.ceil(size / piece.length)
  const descriptor = openSync(file, 'w')
  writeSync(descriptor, first)
  for (let at = 0; at < pieces; at++) writeSync(descriptor, piece)
  writeSync(descriptor, last)
  closeSync(descriptor)
  return pieces * 2000
}

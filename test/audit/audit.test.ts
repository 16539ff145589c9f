import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { type AuditEntry, appendAudit, auditFile } from '../../src/audit/write.ts'

const entry: AuditEntry = {
  user: '@admin:home.test',
  ip: '',
  ua: '',
  action: 'user-op-start',
  op: 'create',
  target: '@alice:home.test',
  source: 'cli',
}
const now = new Date('2026-11-23T21:00:00.123Z')

t.test('one JSON line, by the keys that the existing log has', async (t) => {
  const folder = t.testdir()
  appendAudit(folder, entry, now)
  appendAudit(folder, { ...entry, action: 'user-op-end', rc: 0, outcome: 'replied' }, now)
  const lines = readFileSync(auditFile(folder), 'utf8').split('\n')
  t.equal(lines.length, 3)
  t.strictSame(JSON.parse(lines[0] ?? ''), { ts: '2026-11-23T21:00:00Z', ...entry })
  t.match(JSON.parse(lines[1] ?? ''), { action: 'user-op-end', rc: 0, outcome: 'replied' })
})

t.test('a line that a crash left torn does not swallow the next one', async (t) => {
  const folder = t.testdir()
  mkdirSync(`${folder}/logs`)
  appendFileSync(auditFile(folder), '{"ts":"2026')
  appendAudit(folder, entry, now)
  const lines = readFileSync(auditFile(folder), 'utf8').split('\n')
  t.equal(lines[0], '{"ts":"2026')
  t.match(JSON.parse(lines[1] ?? ''), { op: 'create' })
})

t.test('what cannot be written is said', async (t) => {
  t.throws(() => appendAudit('/dev/null', entry, now))
})

import { readFileSync } from 'node:fs'
import t from 'tap'
import { auditFile } from '../../src/audit/write.ts'
import { Logbook } from '../../src/panel/guard/logbook.ts'

t.test('somebody who guesses from everywhere cannot fill the disk', async (t) => {
  const dataDir = t.testdir()
  const logbook = new Logbook({ dataDir, userId: undefined, warn: (text) => t.fail(text), now: Date.now })
  for (let from = 0; from < 500; from++)
    logbook.lockedOut({ ip: `192.0.2.${from}`, ua: '' }, { whom: 'address', ms: 10_000 })
  logbook.loggedIn({ ip: '192.0.2.1', ua: '' })
  const lines = readFileSync(auditFile(dataDir), 'utf8').trimEnd().split('\n')
  t.equal(lines.length, 101)
  t.match(JSON.parse(lines[99] ?? ''), { outcome: /locked out for 10 s; more of this hour are not recorded$/ })
  t.match(JSON.parse(lines[100] ?? ''), { action: 'panel-login' })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { loginBed } from '../login/bed.ts'
import { simulatedBed } from './bed.ts'
import { terminalNeeded } from './terminal.ts'

// Every answer takes its time, none too long: only a command that gives each step a time of its own waits for all of them.
const timeout = { MATRIX_ADMIN_TIMEOUT: '4' }
const slow = { kind: 'slow', ms: 1900 } as const

t.test('the steps of a login share one time; what a person needs is not counted', terminalNeeded, async (t) => {
  const { hs, login, run } = await loginBed(t)
  const answers: [string, string][] = [['password (', hs.operator.password]]
  t.match(await login(answers, [hs.url, 'admin']), { code: 0 })
  // The last three would be in time if the old session's end had a time of its own.
  hs.faults.on({ times: 2 }, { kind: 'slow', ms: 2500 })
  const rule = hs.faults.on({ times: 3 }, { kind: 'slow', ms: 1200 })
  const { text } = await login(answers, [hs.url, 'admin'], timeout)
  t.equal(rule.hits, 3)
  t.match(text, /logged in as @admin:home\.test; /)
  t.match(text, /the old access token could not be logged out, and may still work/)
  t.match(await run('list'), { code: 0 })
})

t.test('a registration token from a file or from a pipe does not begin the time anew', async (t) => {
  for (const source of ['file', 'pipe']) {
    const bed = await simulatedBed(t, { fresh: true }, t.testdir())
    const folder = `${t.testdirName}/new-${source}`
    mkdirSync(`${folder}/secrets`, { recursive: true })
    const token = `${bed.hs.consoleToken}\n`
    if (source === 'file') writeFileSync(`${folder}/secrets/registration-token.txt`, token, { mode: 0o600 })
    bed.hs.faults.on({ path: /^(?!.*\/versions)/ }, slow)
    const options = {
      env: { ...bed.env, ...timeout, DATA_DIR: folder },
      ...(source === 'pipe' ? { input: token } : {}),
    }
    const args = source === 'pipe' ? ['--token-file', '-'] : []
    t.match(await bed.runWith(options, 'create-admin', ...args), {
      code: 2,
      stderr: /@admin:home\.test was registered and its credentials are in .*, but /,
    })
  }
})

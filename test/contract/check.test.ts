import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import { writeDataDir } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'
import { failsAt, isWell } from './check-steps.ts'

t.test('all is well', async (t) => {
  const bed = await simulatedBed(t)
  await isWell(t, bed)
  const { code, stdout } = await bed.run('check')
  t.equal(code, 0)
  t.match(stdout, /^ok {7}settings: .*\nok {7}credentials file: [\s\S]*\nok {7}bot answers: in \d+ ms\n/)
})

t.test('server down', async (t) => {
  const bed = await simulatedBed(t)
  await bed.hs.stop()
  t.match(await failsAt(t, bed, 'server reachable', /ECONNREFUSED/), /nothing listens at/)
  await bed.hs.start()
  await isWell(t, bed)
})

t.test('another program on the port', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({}, { kind: 'html', status: 404 })
  t.match(await failsAt(t, bed, 'server reachable', /not a Matrix answer/), /MATRIX_HS_API/)
})

t.test('DNS not resolvable', async (t) => {
  const bed = await simulatedBed(t)
  t.match(
    await failsAt(t, bed, 'server reachable', /ENOTFOUND|EAI_AGAIN/, { MATRIX_HS_API: 'https://nosuch.invalid' }),
    /an address/,
  )
})

t.test('TLS trouble', async (t) => {
  const bed = await simulatedBed(t)
  const env = { MATRIX_HS_API: bed.url.replace('http:', 'https:') }
  t.match(await failsAt(t, bed, 'server reachable', /cannot reach/, env), /TLS/)
})

t.test('a server that accepts and says nothing', async (t) => {
  const bed = await simulatedBed(t)
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.teardown(() => silent.close())
  const { port } = silent.address() as { port: number }
  await failsAt(t, bed, 'server reachable', /ETIMEDOUT/, { MATRIX_HS_API: `http://127.0.0.1:${port}` })
})

t.test('token dead: create-admin renews it', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.logout('admin')
  t.match(await failsAt(t, bed, 'token', /M_UNKNOWN_TOKEN/), /matrix-users login/)
  t.equal((await bed.run('create-admin')).code, 0)
  await isWell(t, bed)
})

t.test('operator locked', async (t) => {
  const bed = await simulatedBed(t)
  const account = bed.hs.accounts.get('admin')
  if (account) account.locked = true
  t.match(await failsAt(t, bed, 'token', /M_USER_LOCKED/), /users unlock/)
})

t.test('token of somebody else than ADMIN_MXID', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('bob')
  writeDataDir(bed.hs, bed.dataDir, { ADMIN_TOKEN: bed.hs.login('bob') })
  await failsAt(t, bed, 'token', /belongs to @bob:home\.test/)
})

t.test('server names that disagree', async (t) => {
  const bed = await simulatedBed(t)
  t.match(await failsAt(t, bed, 'credentials file', /other\.test/, { MATRIX_SERVER_NAME: 'other.test' }), /the same/)
})

t.test('registration closed: a failure only for those who invite', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.registration = 'closed'
  await isWell(t, bed)
  mkdirSync(`${bed.dataDir}/secrets`, { recursive: true })
  writeFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, 'abc\n', { mode: 0o600 })
  t.match(await failsAt(t, bed, 'registration', /closed/), /allow_?\s?registration/)
  bed.hs.registration = 'open'
  await isWell(t, bed)
})

t.test('credentials and invites that others can read: the fix is a command', async (t) => {
  const bed = await simulatedBed(t)
  chmodSync(bed.credentialsFile, 0o640)
  const first = await failsAt(t, bed, 'credentials file', /others can read/)
  t.equal(first, `chmod 600 ${bed.credentialsFile}`)
  chmodSync(bed.credentialsFile, 0o600)
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  writeFileSync(file, 'abc\n')
  chmodSync(file, 0o644)
  t.equal(await failsAt(t, bed, 'invite file', /others can read/), `chmod 600 ${file}`)
  chmodSync(file, 0o600)
  await isWell(t, bed)
})

t.test('no credentials, no folder, a bad setting', async (t) => {
  const bed = await simulatedBed(t)
  await failsAt(t, bed, 'credentials file', /ENOENT/, { ADMIN_CRED_FILE: '/none' })
  await failsAt(t, bed, 'credentials file', /neither DATA_DIR/, { DATA_DIR: undefined })
  await failsAt(t, bed, 'settings', /MATRIX_HS_API/, { MATRIX_HS_API: 'x' })
  await failsAt(t, bed, 'settings', /NODE_DEBUG/, { NODE_DEBUG: 'http' })
})

t.test('clock far off', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.clockOffset = -3_600_000
  t.match(await failsAt(t, bed, 'clock', /behind/), /set the clock/)
})

t.test('the panel without a password', async (t) => {
  const bed = await simulatedBed(t)
  await failsAt(t, bed, 'panel password', /no password/, { ENABLE_USER_ADMIN: 'true' })
})

t.test('settings shows values and where they came from, and no secret', async (t) => {
  const bed = await simulatedBed(t)
  const { code, stdout } = await bed.runWith(
    { env: { ADMIN_MATRIX_PASS: 'the-secret-itself', MATRIX_ADMIN_TIMEOUT: '9' } },
    'settings',
  )
  t.equal(code, 0)
  t.notMatch(stdout, /the-secret-itself/)
  t.match(stdout, /ADMIN_MATRIX_PASS = \(set\)/)
  t.match(stdout, /MATRIX_ADMIN_TIMEOUT = 9\n {4}the environment;/)
  t.ok(JSON.parse((await bed.run('settings', '--json')).stdout).length > 15)
})

import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import t from 'tap'
import { writeDataDir } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'
import { runBinary } from './binary.ts'
import { failsAt, isWell } from './check-steps.ts'

t.test('all is well', async (t) => {
  const bed = await simulatedBed(t)
  await isWell(t, bed)
  const { code, stdout } = await bed.run('check')
  t.equal(code, 0)
  t.match(
    stdout,
    /^ok {7}settings: .*from the environment.*\nok {7}server reachable: \w+ \d.*\nok {7}clock: .*\nok {7}credentials file: /,
  )
  t.match(await bed.run('check', '--quiet'), { code: 0, stdout: /^$/, stderr: /^$/ })
  t.match(stdout, /\nok {7}bot answers: in \d+ ms\nok {7}registration: open to people with a registration token .*\n/)
})

t.test('server down', async (t) => {
  const bed = await simulatedBed(t)
  await bed.hs.stop()
  t.match(await failsAt(t, bed, 'server reachable', /nothing listens there \(ECONNREFUSED/), /start the homeserver/)
  t.match(await bed.run('check', '--quiet'), {
    code: 2,
    stdout: /^failed {3}server reachable: [^\n]*\n {9}fix: [^\n]*\n$/,
    stderr: /^$/,
  })
  await bed.hs.start()
  await isWell(t, bed)
})

t.test('before any set-up the way to an address is a login', await nothingListens(8448), async (t) => {
  const { stdout } = await runBinary(['check'], { env: { HOME: t.testdir() } })
  t.match(stdout, /failed {3}server reachable: .*\n {9}fix: run `matrix-users login`/)
})

/** A test needs the default port of this machine to be free. */
async function nothingListens(port: number): Promise<{ skip?: string }> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return { skip: `something listens on 127.0.0.1:${port}` }
  } catch {
    return {}
  } finally {
    socket.destroy()
  }
}

t.test('invites that nothing revokes', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  const expired = (hours: number) => new Date(Date.now() - hours * 3600_000).toISOString().replace(/\.\d+Z/, 'Z')
  const save = (...hours: number[]) => {
    const lines = hours.map((count) => `${bed.hs.issueToken()}  # expires ${expired(count)}\n`)
    writeFileSync(file, lines.join(''), { mode: 0o600 })
  }
  save(-24, 23)
  await isWell(t, bed)
  t.match((await bed.run('check')).stdout, /\nok {7}invite file: 2 invites saved in .*, 1 not given yet\n/)
  save(-24, 23, 25)
  t.match(await failsAt(t, bed, 'invite file', /1 of 3 saved invites expired more than a day ago/), /invite prune/)
  t.equal((await bed.run('invite', 'prune')).code, 0)
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
    await failsAt(t, bed, 'server reachable', /the name nosuch\.invalid does not resolve \(E/, {
      MATRIX_HS_API: 'https://nosuch.invalid',
    }),
    /an IP address/,
  )
})

t.test('TLS trouble', async (t) => {
  const bed = await simulatedBed(t)
  const env = { MATRIX_HS_API: bed.url.replace('http:', 'https:') }
  t.match(await failsAt(t, bed, 'server reachable', /does not speak TLS/, env), /http:\/\/ or https:\/\//)
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

t.test('no credentials yet: whether the homeserver is reachable is said all the same', async (t) => {
  const bed = await simulatedBed(t)
  const env = { ADMIN_CRED_FILE: `${bed.dataDir}/none` }
  t.match(await failsAt(t, bed, 'credentials file', /does not exist: .*\/none/, env), /matrix-users login/)
  const { stdout } = await bed.runWith({ env }, 'check')
  for (const step of ['server reachable', 'clock', 'registration'])
    t.match(stdout, new RegExp(`^ok {7}${step}: `, 'm'), step)
  t.match(stdout, /^skipped {2}token: needs "credentials file" to be ok\n/m)
  t.match(stdout, /^skipped {2}bot answers: needs "credentials file" to be ok\n/m, 'the cause, not the step before')
  t.notOk(
    bed.hs.requests.some(({ headers }) => JSON.stringify(headers ?? {}).includes('Bearer')),
    'no token was sent',
  )
})

t.test('who may register', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.registration = 'dummy'
  t.match((await bed.run('check')).stdout, /^ok {7}registration: open to everyone, because .* no registration token$/m)
})

t.test('a folder in which others can replace the secrets', async (t) => {
  const bed = await simulatedBed(t)
  const folder = `${bed.dataDir}/secrets`
  chmodSync(folder, 0o777)
  t.equal(await failsAt(t, bed, 'secrets folder', /others can replace the files in/), `chmod go-w ${folder}`)
  chmodSync(folder, 0o700)
  await isWell(t, bed)
})

t.test('an invite file that others can change: the words of `invite list`', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  writeFileSync(file, 'abc\n')
  chmodSync(file, 0o622)
  await failsAt(t, bed, 'invite file', /others can read and change .* \(mode 622\)/)
  t.match((await bed.run('invite', 'list')).stderr, /warning: others can read and change .* \(mode 622\)/)
})

t.test('no folder, a bad setting', async (t) => {
  const bed = await simulatedBed(t)
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

import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { formatCredentials } from '../../src/config/credentials.ts'
import type { HomeserverOptions } from '../homeserver/index.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { SignalAt } from './signal-at.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'

const empty = { DATA_DIR: '' }

/** A bed whose folder has no credentials yet. */
async function newBed(
  t: Test,
  options: HomeserverOptions = {},
): Promise<SimulatedBed & { folder: string; env: Record<string, string> }> {
  const bed = await simulatedBed(t, options)
  const folder = `${t.testdirName}/new`
  return { ...bed, folder, env: { ...empty, ...bed.env, DATA_DIR: folder } }
}

type NewBed = Awaited<ReturnType<typeof newBed>>

const file = ({ folder }: NewBed) => `${folder}/secrets/admin-credentials.env`

function create(bed: NewBed, env: Record<string, string> = {}, input?: string) {
  const options = { env: { ...bed.env, ...env }, ...(input === undefined ? {} : { input }) }
  return bed.runWith(options, 'create-admin', ...(input === undefined ? [] : ['--token-file', '-']))
}

t.test('an argument that it does not take: how the name is chosen', async (t) => {
  const bed = await newBed(t, { fresh: true })
  const { code, stderr } = await bed.run('create-admin', 'bob')
  t.equal(code, 2)
  t.match(stderr, /error: too many arguments\nhint: .*ADMIN_MATRIX_USER=NAME matrix-users create-admin/)
  t.notMatch(stderr, /bob/, 'it may be the registration token')
  t.match((await bed.run('create-admin', '--help')).stdout, /ADMIN_MATRIX_USER=bob matrix-users create-admin/)
  t.equal(bed.hs.requests.length, 0)
})

t.test('the first account of a server, by the one-time token of its console', async (t) => {
  const bed = await newBed(t, { fresh: true })
  const asked = await create(bed)
  t.equal(asked.code, 2)
  t.match(asked.stderr, /asks for a registration token[\s\S]*console/)
  t.match(await create(bed, {}, 'wrong'), {
    code: 2,
    stderr: /does not accept the registration token[\s\S]*console.*typed correctly, unused and not expired/,
  })
  t.notOk(existsSync(file(bed)))
  const { code, stdout } = await create(bed, {}, `${bed.hs.consoleToken}\n`)
  t.equal(code, 0)
  t.match(
    stdout,
    /@admin:home\.test was registered; its generated password \(ADMIN_PASS\) and its access token are in \//,
  )
  t.equal(statSync(file(bed)).mode & 0o777, 0o600)
  t.match((await bed.runWith({ env: bed.env }, 'audit')).stdout, /admin +cli +create-admin admin +done/)
  t.strictSame(readdirSync(`${bed.folder}/secrets`), ['admin-credentials.env'], 'nothing is left beside it')
  const before = readFileSync(file(bed), 'utf8')
  t.match(await create(bed), { code: 0, stdout: /the credentials are valid/, stderr: '' })
  const other = await create(bed, { ADMIN_MATRIX_USER: 'bob' })
  t.match(other, { code: 0, stderr: /ADMIN_MATRIX_USER=bob has no effect: .* are for admin\n/ })
  t.equal(readFileSync(file(bed), 'utf8'), before, 'twice in a row changes nothing')
  t.equal((await bed.runWith({ env: bed.env }, 'list')).code, 0)
  t.equal((await bed.runWith({ env: bed.env }, 'check')).code, 0)
})

t.test('the token from DATA_DIR/secrets/registration-token.txt', async (t) => {
  const bed = await newBed(t, { fresh: true })
  mkdirSync(`${bed.folder}/secrets`, { recursive: true })
  writeFileSync(`${bed.folder}/secrets/registration-token.txt`, `${bed.hs.consoleToken}\n`, { mode: 0o600 })
  t.equal((await create(bed)).code, 0)
})

t.test('a hidden prompt at a terminal shows nothing of the token', terminalNeeded, async (t) => {
  const bed = await newBed(t, { fresh: true })
  const token = bed.hs.consoleToken ?? ''
  const { text, code } = await atTerminal([...command, 'create-admin'], bed.env, [['not shown', token]])
  t.equal(code, 0)
  t.match(
    text,
    /creating the account admin on http:.* needs its registration token\r?\na new server prints one .*\r?\nregistration token \(not shown\): /,
  )
  t.match(text, /was registered/)
  t.notOk(text.includes(token))
})

t.test('the token may be typed when the timeout is over', async (t) => {
  const bed = await newBed(t, { fresh: true })
  const env = { ...bed.env, PATH: process.env.PATH ?? '', MATRIX_ADMIN_TIMEOUT: '1', TOKEN: bed.hs.consoleToken ?? '' }
  const script = '(sleep 6; printf %s "$TOKEN") | "$@"'
  const argv = ['-c', script, 'sh', ...command, 'create-admin', '--token-file', '-']
  const { stdout } = await promisify(execFile)('sh', argv, { env })
  t.match(stdout, /was registered/)
})

t.test('on a server that has accounts: an ordinary one, and what an admin must post', async (t) => {
  for (const options of [{}, { registration: 'dummy' }, { kind: 'synapse' }] as HomeserverOptions[]) {
    const bed = await newBed(t, options)
    const { code, stderr } = await create(bed, { ADMIN_MATRIX_USER: 'boss' }, bed.hs.issueToken())
    t.equal(code, 2)
    t.match(
      stderr,
      /@boss:home\.test was registered.*(is not an admin|cannot join)[\s\S]*!admin users make-user-admin @boss:home\.test/,
    )
    t.ok(existsSync(file(bed)))
    bed.hs.addOperator('boss')
    t.equal((await create(bed)).code, 0)
  }
})

t.test('a name that is taken is logged in', async (t) => {
  const bed = await newBed(t)
  t.match(await create(bed), { code: 2, stderr: /exists, but its password is unknown/ })
  t.match(await create(bed, { ADMIN_MATRIX_PASS: 'not-it' }), {
    code: 2,
    stderr: /login with the known password failed.*403/,
  })
  t.notOk(existsSync(file(bed)))
  const { code, stdout } = await create(bed, { ADMIN_MATRIX_PASS: bed.hs.operator.password })
  t.equal(code, 0)
  t.match(stdout, /was logged in/)
})

t.test('a saved password that is out of date: ADMIN_MATRIX_PASS is tried, and saved', async (t) => {
  const bed = await newBed(t)
  await create(bed, { ADMIN_MATRIX_PASS: bed.hs.operator.password })
  const account = bed.hs.accounts.get('admin')
  if (account) account.password = 'changed-since'
  bed.hs.logout('admin')
  t.match(await create(bed, { ADMIN_MATRIX_PASS: 'neither' }), {
    code: 2,
    stderr: /login with the known password failed/,
  })
  t.match(await create(bed, { ADMIN_MATRIX_PASS: 'changed-since' }), { code: 0, stdout: /was logged in/ })
  t.match(readFileSync(file(bed), 'utf8'), /^ADMIN_PASS='?changed-since'?$/m)
})

t.test('each trouble is one clear message, and the old credentials stay', async (t) => {
  const bed = await newBed(t)
  await create(bed, { ADMIN_MATRIX_PASS: bed.hs.operator.password })
  const before = readFileSync(file(bed), 'utf8')
  bed.hs.logout('admin')
  const account = bed.hs.accounts.get('admin')
  const password = account?.password ?? ''
  if (account) account.password = 'changed by somebody'
  t.match(await create(bed), { code: 2, stderr: /login with the known password failed/ })
  t.equal(readFileSync(file(bed), 'utf8'), before)
  if (account) account.password = password
  bed.hs.faults.on({ path: /\/login/ }, { kind: 'html', status: 500 })
  t.equal((await create(bed)).code, 2)
  t.equal(readFileSync(file(bed), 'utf8'), before)
  bed.hs.faults.clear()
  bed.hs.registration = 'closed'
  const closed = await newBed(t, { registration: 'closed' })
  t.match(await create(closed, { ADMIN_MATRIX_USER: 'boss' }, 'abc'), { code: 2, stderr: /registration is closed/ })
  t.strictSame(readdirSync(`${closed.folder}/secrets`), [], 'nothing is left')
})

t.test('a folder that cannot be written: nothing is registered', async (t) => {
  const bed = await newBed(t, { fresh: true })
  writeFileSync(bed.credentialsFile, 'a file in the place of the folder')
  const { code, stderr } = await create(bed, { DATA_DIR: bed.credentialsFile }, bed.hs.consoleToken)
  t.equal(code, 2)
  t.match(stderr, /cannot be written to /)
  t.ok(bed.hs.consoleToken, 'the one-time token was not spent')
})

t.test('a lost answer to the registration is made good by logging in', async (t) => {
  const bed = await newBed(t, { fresh: true })
  bed.hs.faults.on({ path: /\/register$/, skip: 1, times: 1 }, { kind: 'lose-response' })
  t.equal((await create(bed, {}, bed.hs.consoleToken)).code, 0)
})

t.test('killed at each request and each change of the file, and run again, it ends well', async (t) => {
  const wrong: string[] = []
  const sound = await newBed(t, { fresh: true })
  await create(sound, {}, sound.hs.consoleToken)
  const requests = sound.hs.requests.length
  const moments = (['before', 'done', 'answered'] as const).flatMap((moment) =>
    [...Array(requests).keys()].map((request) => ({ moment, request, at: `${moment} request ${request}` })),
  )
  const changes = [0, 1, 2].map((change) => ({ change, at: `at change ${change}` }))
  for (const one of [...moments, ...changes]) {
    const { at } = one
    const bed = await newBed(t, { fresh: true })
    const input = `${bed.hs.consoleToken}\n`
    const kill = new SignalAt('SIGKILL')
    if ('change' in one) {
      mkdirSync(`${bed.folder}/secrets`, { recursive: true, mode: 0o700 })
      kill.atChange(`${bed.folder}/secrets`, one.change)
    }
    if ('request' in one) kill.atRequest(bed.hs, one.request, one.moment)
    const options = { env: bed.env, input, started: kill.started }
    const { signal } = await bed.runWith(options, 'create-admin', '--token-file', '-')
    // After the last answer little is left to do: the kill may come too late, elsewhere it must not.
    const isLast = 'change' in one ? one.change > 0 : one.moment === 'answered' && one.request === requests - 1
    if (signal !== 'SIGKILL' && !isLast) wrong.push(`${at}: it was not killed`)
    if (existsSync(file(bed)) && readFileSync(file(bed), 'utf8').split('\n').length !== 6)
      wrong.push(`${at}: half a file`)
    const { code, stderr } = await create(bed, {}, input)
    if (code !== 0) wrong.push(`${at}: ${code} ${stderr}`)
    if ((await bed.runWith({ env: bed.env }, 'list')).code !== 0) wrong.push(`${at}: the credentials do not work`)
    spawnSync('rm', ['-rf', bed.folder])
  }
  t.strictSame(wrong, [])
})

t.test('bash, a plain split and ourselves read the credentials alike', terminalNeeded, async (t) => {
  const folder = t.testdir()
  for (const password of ['plain', 'two words', 'a$b`c`"d"\\e#f', 'ü€ =x=', '~home', '*']) {
    const values = {
      ADMIN_USER: 'admin',
      ADMIN_MXID: '@admin:home.test',
      ADMIN_PASS: password,
      ADMIN_TOKEN: 'syt_x.y~z',
      SERVER_NAME: 'home.test',
    }
    writeFileSync(`${folder}/file`, formatCredentials(values))
    const bash = execFileSync('bash', ['-c', `source "$0"; printf %s "$ADMIN_PASS"`, `${folder}/file`]).toString()
    const python = `import sys\nfor line in open(sys.argv[1]):\n  key, _, value = line.rstrip("\\n").partition("=")\n  if key == "ADMIN_PASS": print(value.strip("'\\""), end="")`
    t.equal(bash, password)
    t.equal(execFileSync('python3', ['-c', python, `${folder}/file`]).toString(), password)
    const { credential, readCredentials } = await import('../../src/config/credentials.ts')
    spawnSync('chmod', ['600', `${folder}/file`])
    t.equal(credential(readCredentials(`${folder}/file`, process.geteuid?.()), 'ADMIN_PASS'), password)
  }
  for (const password of ["it's", 'a\nb'])
    t.throws(() =>
      formatCredentials({ ADMIN_USER: '', ADMIN_MXID: '', ADMIN_PASS: password, ADMIN_TOKEN: '', SERVER_NAME: '' }),
    )
})

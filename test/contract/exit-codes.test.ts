import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { runBinary } from './binary.ts'

t.test('2: bad input, and no request is made', async (t) => {
  const bed = await simulatedBed(t)
  const wrong = [
    ['frobnicate'],
    ['create'],
    ['make-admin', 'a', 'b'],
    ['create', 'Alice'],
    ['list', 'x'],
    ['list', '--nope'],
    ['run'],
  ]
  wrong.push(
    ['suspend', '@alice'],
    ['create', '@alice:other.test'],
    ['list', '--timeout', '0'],
    ['list', '--timeout', 'soon'],
  )
  wrong.push(
    ['list', '--env-file', '/none'],
    ['list', '--profile', '../x'],
    ['run', '--', 'a\nb'],
    ['run', '--block', '/none', '--', 'a'],
  )
  for (const args of wrong) {
    const { code, stdout, stderr } = await bed.run(...args)
    t.equal(code, 2, JSON.stringify(args))
    t.equal(stdout, '')
    t.match(stderr, /^matrix-users: error: .+\n(hint: .+\n)?$/)
  }
  t.equal(bed.hs.requests.length, 0)
})

t.test('2: set-up that is refused, and no request is made', async (t) => {
  const bed = await simulatedBed(t)
  const far = 'http://homeserver.far.test'
  const settings: [string, Record<string, string>, RegExp][] = [
    ['NODE_DEBUG', { NODE_DEBUG: 'http' }, /NODE_DEBUG is set/],
    ['plain http', { MATRIX_HS_API: far }, /unencrypted to homeserver\.far\.test/],
    ['a bad URL', { MATRIX_HS_API: 'homeserver' }, /invalid MATRIX_HS_API "homeserver" \(from the environment\)/],
    ['no data', { DATA_DIR: '' }, /neither DATA_DIR nor ADMIN_CRED_FILE/],
    ['no credentials', { ADMIN_CRED_FILE: '/none' }, /the credentials file does not exist: \/none/],
    ['server names that disagree', { MATRIX_SERVER_NAME: 'other.test' }, /MATRIX_SERVER_NAME.*ADMIN_MXID/],
    ['a placeholder', { MATRIX_SERVER_NAME: 'example.com' }, /placeholder/],
  ]
  for (const [what, env, message] of settings) {
    const { code, stderr } = await bed.runWith({ env }, 'list')
    t.equal(code, 2, what)
    t.match(stderr, message)
  }
  chmodSync(bed.credentialsFile, 0o644)
  const open = await bed.run('list')
  t.equal(open.code, 2)
  t.ok(open.stderr.includes(`hint: chmod 600 ${bed.credentialsFile};`))
  t.equal(bed.hs.requests.length, 0)
})

t.test('2: refused before anything was sent; 3: unreachable', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.logout('admin')
  const dead = await bed.run('list')
  t.equal(dead.code, 2)
  t.match(dead.stderr, /does not accept ADMIN_TOKEN/)
  bed.hs.faults.aliases = false
  await bed.hs.stop()
  const down = await bed.run('list')
  t.equal(down.code, 3)
  t.match(down.stderr, /cannot reach the homeserver .*ECONNREFUSED[\s\S]*hint: start the homeserver, or/)
})

t.test('2: deactivation asks; --yes answers; the own account needs --self', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  t.match(await bed.run('deactivate', 'alice'), { code: 2, stderr: /cannot be undone/ })
  t.match(await bed.run('deactivate', 'admin', '--yes'), { code: 2, stderr: /operator's own account/ })
  t.equal(bed.hs.requests.length, 0)
  t.match(await bed.run('deactivate', 'alice', '--yes'), { code: 0 })
})

t.test('2: only an active account becomes an admin', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('gone', { deactivated: true })
  t.match(await bed.run('make-admin', 'gone', '--yes'), { code: 2, stderr: /only an active account/ })
  t.match(await bed.run('make-admin', 'nobody', '--yes'), { code: 2, stderr: /no such account/ })
  t.equal(bed.hs.executed.length, 0)
  bed.hs.addAccount('alice')
  t.match(await bed.run('make-admin', 'alice', '--yes'), { code: 0 })
  t.ok(bed.hs.accounts.get('alice')?.admin)
})

t.test('4: sent, but no reply within the time; the state is said', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.faults.onCommand({}, { kind: 'silent', execute: true })
  const { code, stdout, stderr } = await bed.run('deactivate', 'alice', '--yes', '--timeout', '0.5')
  t.equal(code, 4)
  t.equal(stdout, '')
  t.match(stderr, /no reply within 0\.5s: the command was sent; @alice:home\.test is deactivated now/)
  t.match(stderr, /hint: .*matrix-users check/)
})

t.test('the settings of --env-file, POCKET_ENV and a profile reach the program', async (t) => {
  const bed = await simulatedBed(t)
  const folder = t.testdirName
  mkdirSync(`${folder}/config/matrix-users`, { recursive: true })
  const text = `MATRIX_HS_API='${bed.url}'\nDATA_DIR='${bed.dataDir}'\n`
  writeFileSync(`${folder}/some.env`, text)
  for (const name of ['default', 'other']) writeFileSync(`${folder}/config/matrix-users/${name}.env`, text)
  const elsewhere = { MATRIX_HS_API: 'http://127.0.0.1:1', DATA_DIR: '/none' }
  const nothing = { MATRIX_HS_API: undefined, DATA_DIR: undefined }
  const config = { XDG_CONFIG_HOME: `${folder}/config` }
  t.equal((await bed.runWith({ env: elsewhere }, 'list', '--env-file', `${folder}/some.env`)).code, 0)
  t.equal((await bed.runWith({ env: { ...elsewhere, POCKET_ENV: `${folder}/some.env` } }, 'list')).code, 0)
  t.equal((await bed.runWith({ env: { ...elsewhere, ...config } }, 'list', '--profile', 'other')).code, 0)
  t.equal((await bed.runWith({ env: { ...nothing, ...config } }, 'list')).code, 0)
  t.equal(
    (await bed.runWith({ env: { ...elsewhere, ...config } }, 'list')).code,
    2,
    'the environment beats the default profile',
  )
  writeFileSync(`${folder}/.env`, text)
  t.equal((await bed.runWith({ env: nothing, cwd: folder }, 'list')).code, 2, 'never .env of the working directory')
})

t.test('--version and --help need nothing', async (t) => {
  t.match(await runBinary(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
  const { code, stdout } = await runBinary(['--help'])
  t.equal(code, 0)
  for (const word of ['create', 'deactivate', 'run', '130', 'interrupted']) t.ok(stdout.includes(word), word)
  t.match(await runBinary(['create', '--help']), { code: 0, stdout: /Examples:/ })
})

t.test('--dry-run prints the line and sends nothing', async (t) => {
  const bed = await simulatedBed(t)
  t.match(await bed.run('create', 'alice', '--dry-run'), { code: 0, stdout: '!admin users create-user alice\n' })
  t.match(await bed.run('deactivate', 'alice', '--dry-run'), {
    code: 0,
    stdout: '!admin users deactivate @alice:home.test\n',
  })
  t.match(await bed.runWith({ input: 'a\r\nb' }, 'run', '--dry-run', '--block', '-', '--', 'users', 'x', '--y'), {
    code: 0,
    stdout: '!admin users x --y\n```\na\nb\n```\n',
  })
  t.equal(bed.hs.requests.length, 0)
})

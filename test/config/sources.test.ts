import { mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import t from 'tap'
import { simulatedBed } from '../contract/bed.ts'
import { runBinary } from '../contract/binary.ts'
import { startElsewhere, startHomeserver, writeDataDir } from '../homeserver/index.ts'

t.test(
  'an env file that names a homeserver gets no token from elsewhere; the old scripts set both in it',
  async (t) => {
    const bed = await simulatedBed(t)
    const elsewhere = await startElsewhere()
    t.teardown(() => elsewhere.close())
    const env = `${bed.dataDir}/other.env`
    const run = (vars: Record<string, string>, ...args: string[]) =>
      bed.runWith({ env: { MATRIX_HS_API: '', ...vars } }, ...args)
    for (const name of ['MATRIX_HS_API', 'MATRIX_LOOPBACK']) {
      writeFileSync(env, `${name}=${elsewhere.url}\n`)
      for (const source of [{ DATA_DIR: bed.dataDir }, { DATA_DIR: '', ADMIN_CRED_FILE: bed.credentialsFile }]) {
        const refused = {
          code: 2,
          stderr: new RegExp(`neither DATA_DIR nor ADMIN_CRED_FILE is set\nhint: set DATA_DIR in ${env},`),
        }
        t.match(await run(source, 'list', '--env-file', env), refused)
        t.match(await run({ ...source, POCKET_ENV: env }, 'list'), refused)
        t.match(await run({ ...source, POCKET_ENV: env }, 'check'), { code: 2, stdout: /^failed +credentials file: /m })
      }
    }
    t.notOk(
      elsewhere.requests.some(({ authorization }) => authorization !== undefined),
      'check asks whether it is reachable, without a token',
    )
    t.notOk(elsewhere.requests.some(({ path }) => path.includes('/directory/')))
    writeFileSync(env, `MATRIX_HS_API=${bed.url}\nDATA_DIR='${bed.dataDir}'\n`)
    t.match(await run({ POCKET_ENV: env, DATA_DIR: '/stale' }, 'list'), { code: 0 })
    writeFileSync(env, `DATA_DIR='${bed.dataDir}'\n`)
    t.match(await run({ POCKET_ENV: env, MATRIX_HS_API: bed.url, DATA_DIR: '/stale' }, 'list'), { code: 0 })
  },
)

t.test('DATA_DIR is below the home, where nothing sets it', async (t) => {
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const home = t.testdir()
  writeDataDir(hs, `${home}/.local/share/matrix-users`)
  const env = { HOME: home, MATRIX_HS_API: hs.url }
  t.match(await runBinary(['list'], { env }), { code: 0, stdout: /@admin:home\.test/ })
  t.match(await runBinary(['list'], { env: { ...env, XDG_DATA_HOME: `${home}/.local/share`, HOME: '/nonexistent' } }), {
    code: 0,
  })
  t.match(await runBinary(['list'], { env: { ...env, HOME: '/nonexistent' } }), {
    code: 2,
    stderr: /neither DATA_DIR[\s\S]*hint: run `matrix-users login`/,
  })
})

t.test("without HOME, the home of the system's list of users is used", async (t) => {
  t.match(await runBinary(['profiles'], { env: { HOME: '' } }), {
    stderr: `${userInfo().homedir}/.config/matrix-users`,
  })
})

t.test('a server whose name is an IPv6 address', async (t) => {
  const bed = await simulatedBed(t, { serverName: '[::1]:8448' })
  bed.hs.addAccount('alice')
  t.match(await bed.run('suspend', '@alice:[::1]:8448'), { code: 0 })
  t.match(await bed.runWith({ env: { MATRIX_SERVER_NAME: '[::1]:8448' } }, 'create', 'bob'), { code: 0 })
  t.match(await bed.runWith({ env: { MATRIX_SERVER_NAME: '[::1]:1' } }, 'list'), {
    code: 2,
    stderr: /MATRIX_SERVER_NAME/,
  })
})

t.test('an env file of 120,000 lines is read in time proportional to its size', async (t) => {
  const file = `${t.testdir()}/long.env`
  writeFileSync(file, `${'# a comment\n'.repeat(40_000)}${'A=$A\n'.repeat(80_000)}MATRIX_ADMIN_TIMEOUT=7\n`)
  t.match(await runBinary(['settings', '--env-file', file]), {
    code: 0,
    stdout: /MATRIX_ADMIN_TIMEOUT = 7\n.*line 120001;/,
  })
})

t.test('settings shows what is in force and where it came from, the defaults too', async (t) => {
  const folder = t.testdir()
  mkdirSync(`${folder}/.config/matrix-users`, { recursive: true })
  writeFileSync(`${folder}/.config/matrix-users/default.env`, '# first\nINVITE_TOKEN_DAYS=3\nMATRIX_ADMIN_REDACT=\n')
  const env = { HOME: folder, DATA_DIR: '/d', ADMIN_MATRIX_PASS: 'hidden' }
  const { stdout } = await runBinary(['settings', '--json', '--timeout', '9'], { env })
  const rows = JSON.parse(stdout) as { name: string; value: string | null; origin: string }[]
  const row = (name: string) => {
    const { value, origin } = rows.find((one) => one.name.startsWith(name)) ?? {}
    return [value, origin]
  }
  t.strictSame(row('MATRIX_ADMIN_TIMEOUT'), ['9', '--timeout'])
  t.strictSame(row('INVITE_TOKEN_DAYS'), ['3', `${folder}/.config/matrix-users/default.env, line 2`])
  t.strictSame(row('DATA_DIR'), ['/d', 'the environment'])
  t.strictSame(row('ADMIN_CRED_FILE'), ['/d/secrets/admin-credentials.env', 'the default'])
  t.strictSame(row('MATRIX_HS_API'), ['http://127.0.0.1:8448', 'the default'])
  t.strictSame(row('MATRIX_ADMIN_REDACT'), [
    'true',
    `the default (empty in ${folder}/.config/matrix-users/default.env, line 3)`,
  ])
  t.strictSame(row('ADMIN_ROOM_ID'), [null, 'not set'])
  t.strictSame(row('ADMIN_MATRIX_PASS'), ['(set)', 'the environment'])
  const text = await runBinary(['settings'], { env })
  t.match(text.stdout, /^MATRIX_ADMIN_PREFIX = !admin\n {4}the default; /m)
  t.match(text.stdout, /^ADMIN_ROOM_ID = \(unset\)\n {4}the admin room, /m)
})

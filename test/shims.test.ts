import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { quoted } from './contract/binary.ts'

const root = join(import.meta.dirname, '..')
const shims: { file: string; counts: [number, number]; argv(given: string[]): string[] }[] = [
  { file: 'ops/user-list.sh', counts: [0, 0], argv: () => ['list'] },
  { file: 'ops/user-deactivate.sh', counts: [1, 1], argv: ([user = '']) => ['deactivate', '--yes', '--', user] },
  ...['create', 'reset-password', 'suspend', 'unsuspend'].map((name) => ({
    file: `ops/user-${name}.sh`,
    counts: [1, 1] as [number, number],
    argv: ([user = '']: string[]) => [name, '--', user],
  })),
  ...['ops/user-invite.sh', 'bootstrap/mint-invite-token.sh'].map((file) => ({
    file,
    counts: [0, 1] as [number, number],
    argv: ([count = '1']: string[]) => ['invite', '--', count],
  })),
  { file: 'bootstrap/create-admin.sh', counts: [0, 0], argv: () => ['create-admin'] },
]

function installed(program: string) {
  return spawnSync(program, ['--version']).error === undefined ? {} : { skip: `needs ${program}` }
}
/** util-linux's `script` gives a program a terminal. */
const terminal = installed('script')

/** The scripts as somebody copied them, with a program that only tells how it was called. */
function layout(folder: string, above: '.' | '..'): string {
  const base = above === '.' ? folder : `${folder}/tools`
  mkdirSync(base, { recursive: true })
  for (const name of ['ops', 'bootstrap']) cpSync(`${root}/${name}`, `${base}/${name}`, { recursive: true })
  const told =
    'for word in "$@"; do printf "%s\\0" "$word"; done; printf "env %s|%s|%s\\0" "${POCKET_ENV:-}" "${NODE_DEBUG:-}" "${PKG_EXECPATH:-}"; cat'
  writeFileSync(`${base}/matrix-users`, `#!/bin/sh\n${told}\n`, { mode: 0o755 })
  writeFileSync(`${folder}/.env`, '')
  return base
}

function call(
  shell: string,
  file: string,
  args: string[],
  options: { input?: string; env?: Record<string, string> } = {},
) {
  const env = { PATH: process.env.PATH ?? '', ...options.env }
  const stdin = options.input === undefined ? 'ignore' : 'pipe'
  return spawnSync(shell, [file, ...args], {
    env,
    input: options.input,
    stdio: [stdin, 'pipe', 'pipe'],
    encoding: 'utf8',
  })
}

for (const above of ['.', '..'] as const)
  t.test(`called by sh and bash, the .env ${above === '.' ? 'one level' : 'two levels'} up`, async (t) => {
    const folder = t.testdir()
    const base = layout(folder, above)
    for (const { file, counts, argv } of shims)
      for (const shell of ['sh', 'bash']) {
        const given = ['--odd name; $(id)'].slice(0, counts[1])
        const env = { NODE_DEBUG: 'http', PKG_EXECPATH: 'PKG_INVOKE_NODEJS' }
        const { status, stdout, stderr } = call(shell, `${base}/${file}`, given, { env })
        t.equal(status, 0, `${shell} ${file} ${stderr}`)
        const told = stdout.split('\0')
        t.strictSame(told.slice(0, -2), argv(given))
        const [envFile = '', ...others] = told.at(-2)?.replace('env ', '').split('|') ?? []
        t.strictSame([resolve(envFile), ...others], [`${folder}/.env`, '', ''])
      }
  })

t.test("stdin is the program's own", async (t) => {
  const base = layout(t.testdir(), '.')
  t.ok(call('sh', `${base}/ops/user-create.sh`, ['alice'], { input: 'from a pipe' }).stdout.endsWith('\0from a pipe'))
})

t.test('a wrong number of arguments is answered with the usage', async (t) => {
  const base = layout(t.testdir(), '.')
  for (const { file, counts } of shims) {
    const wrong = [...(counts[0] > 0 ? [[]] : []), Array(counts[1] + 1).fill('a')]
    for (const args of wrong)
      t.match(call('sh', `${base}/${file}`, args), { status: 2, stdout: '', stderr: /^usage: / }, file)
  }
})

t.test('a POCKET_ENV that is set stays', async (t) => {
  const base = layout(t.testdir(), '.')
  t.match(call('sh', `${base}/ops/user-list.sh`, [], { env: { POCKET_ENV: '/some/.env' } }).stdout, /env \/some\/\.env/)
})

t.test('not found and not executable are two messages; PATH and MATRIX_USERS_BIN are looked at', async (t) => {
  const folder = t.testdir()
  const base = layout(folder, '.')
  const script = `${base}/ops/user-list.sh`
  mkdirSync(`${folder}/bin`)
  cpSync(`${base}/matrix-users`, `${folder}/bin/matrix-users`)
  chmodSync(`${base}/matrix-users`, 0o644)
  t.match(call('sh', script, []), { status: 2, stderr: /cannot be executed here/ })
  rmSync(`${base}/matrix-users`)
  t.match(call('sh', script, []), { status: 2, stderr: /cannot find the program/ })
  t.match(call('sh', script, [], { env: { MATRIX_USERS_BIN: `${folder}/bin/matrix-users` } }), {
    status: 0,
    stdout: /^list/,
  })
  t.match(call('sh', script, [], { env: { MATRIX_USERS_BIN: '/none' } }), {
    status: 2,
    stderr: /cannot find the program: \/none/,
  })
  t.match(call('sh', script, [], { env: { PATH: `${folder}/bin:${process.env.PATH}` } }), {
    status: 0,
    stdout: /^list/,
  })
})

t.test('a program that the system refuses is told from one that is not there, by sh and by bash', async (t) => {
  const foreign = `${t.testdir()}/foreign`
  writeFileSync(foreign, Buffer.from('7f454c46020101000000000000000000ff00ff00', 'hex'), { mode: 0o755 })
  const base = layout(t.testdirName, '.')
  for (const shell of ['sh', 'bash'])
    for (const { file, counts } of shims) {
      const { status, stdout, stderr } = call(shell, `${base}/${file}`, Array(counts[0]).fill('a'), {
        env: { MATRIX_USERS_BIN: foreign },
      })
      t.match({ status, stdout }, { status: 2, stdout: '' }, `${shell} ${file}`)
      t.equal(stderr.split('cannot be executed here').length, 2, 'tried once')
    }
})

t.test('on a terminal the program itself asks before it deactivates', terminal, async (t) => {
  const base = layout(t.testdir(), '.')
  const line = `sh ${quoted(`${base}/ops/user-deactivate.sh`)} alice`
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { encoding: 'utf8', input: '\u0004' })
  t.match(stdout, /^deactivate\0--\0alice\0/)
})

t.test('an empty argument is passed on, not taken for none', async (t) => {
  const base = layout(t.testdir(), '.')
  t.match(call('sh', `${base}/ops/user-invite.sh`, ['']).stdout, /^invite\0--\0\0env/)
})

t.test('either folder can be copied alone', async (t) => {
  const shared = ['ops', 'bootstrap'].map((name) => readFileSync(`${root}/${name}/find-matrix-users.sh`, 'utf8'))
  t.equal(shared[0], shared[1])
  for (const { file } of shims) t.match(readFileSync(`${root}/${file}`, 'utf8'), /^#!\/bin\/sh\n/)
})

t.test('shellcheck finds nothing', installed('shellcheck'), async (t) => {
  const scripts = ['ops', 'bootstrap', 'build'].flatMap((folder) =>
    readdirSync(`${root}/${folder}`).flatMap((name) => (name.endsWith('.sh') ? [`${folder}/${name}`] : [])),
  )
  for (const script of [...scripts, '.ci/run']) {
    const { status, stdout } = spawnSync('shellcheck', [script], { cwd: root, encoding: 'utf8' })
    t.equal(status, 0, `${script} ${stdout}`)
  }
})

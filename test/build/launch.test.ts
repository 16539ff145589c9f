import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Homeserver, startHomeserver, writeDataDir } from '../homeserver/index.ts'

const program = join(import.meta.dirname, '../../dist/matrix-users-source')
const possible = existsSync(program) ? {} : { skip: 'needs `make dist/matrix-users-source`' }

interface Bed {
  hs: Homeserver
  /** The file of compiled code. */
  file: string
  run(args: string[], env?: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** The commands whose code is kept; undefined where there is no whole file. */
  kept(): string[] | undefined
}

async function bed(t: Test): Promise<Bed> {
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const { env } = writeDataDir(hs, t.testdir())
  const home = join(t.testdirName, 'home')
  mkdirSync(home)
  const file = join(home, '.cache/matrix-users/code')
  return {
    hs,
    file,
    run: (args, more = {}) =>
      new Promise((resolve) => {
        const child = spawn(program, args, { env: { PATH: '/bin', HOME: home, ...env, ...more } })
        let [stdout, stderr] = ['', '']
        child.stdout.on('data', (chunk) => {
          stdout += chunk
        })
        child.stderr.on('data', (chunk) => {
          stderr += chunk
        })
        child.once('close', (code) => resolve({ code, stdout, stderr }))
      }),
    kept: () => (existsSync(file) ? JSON.parse(readFileSync(file, 'latin1').split('\n')[0] ?? '').commands : undefined),
  }
}

t.test('what was compiled is kept, command by command, and holds no secret', possible, async (t) => {
  const { run, file, kept, hs } = await bed(t)
  for (const [args, commands] of [
    [['list'], ['list']],
    [['list'], ['list']],
    [
      ['create', 'alice'],
      ['list', 'create'],
    ],
    [
      ['create', 'bob', 'carol'],
      ['list', 'create'],
    ],
    [
      ['reset-password', 'alice', 'bob'],
      ['list', 'create', 'reset-password'],
    ],
    [
      ['invite', '--show'],
      ['list', 'create', 'reset-password', 'invite'],
    ],
    [['nonsense'], ['list', 'create', 'reset-password', 'invite']],
    [['--help'], ['list', 'create', 'reset-password', 'invite', '--help']],
  ] as [string[], string[]][]) {
    const { code } = await run(args)
    t.equal(code, args[0] === 'nonsense' ? 2 : 0, args.join(' '))
    t.strictSame(kept(), commands, args.join(' '))
  }
  const text = readFileSync(file, 'latin1')
  t.ok(hs.secrets().length > 5)
  t.strictSame(
    hs.secrets().filter((secret) => text.includes(secret)),
    [],
  )
  t.strictSame(readdirSync(join(file, '..')), ['code'])
})

t.test('whatever is wrong with what was kept, the program runs, and keeps it anew', possible, async (t) => {
  const { run, file, kept } = await bed(t)
  await run(['list'])
  const whole = readFileSync(file)
  const end = whole.indexOf('\n') + 1
  const replace = (data: Buffer | string) => writeFileSync(file, data)
  const wrongs: [string, () => void][] = [
    ['torn', () => replace(whole.subarray(0, whole.length / 2))],
    [
      'a bit that fell over',
      () => replace(Buffer.concat([whole.subarray(0, -9), Buffer.from([255]), whole.subarray(-8)])),
    ],
    ['empty', () => replace('')],
    ['something else', () => replace('{"id":7}\n\n')],
    [
      'of another build',
      () =>
        replace(
          Buffer.concat([
            Buffer.from(whole.subarray(0, end).toString().replace(` ${process.arch} `, ' x65 ')),
            whole.subarray(end),
          ]),
        ),
    ],
    ['others may write it', () => chmodSync(file, 0o666)],
    [
      'a FIFO',
      () => {
        rmSync(file)
        execFileSync('mkfifo', ['-m', '600', file])
      },
    ],
    [
      'a link',
      () => {
        rmSync(file)
        writeFileSync(`${file}.real`, whole, { mode: 0o600 })
        symlinkSync(`${file}.real`, file)
      },
    ],
  ]
  for (const [what, spoil] of wrongs) {
    rmSync(file, { force: true })
    writeFileSync(file, whole, { mode: 0o600 })
    spoil()
    const { code, stdout, stderr } = await run(['list'])
    t.match({ code, stdout, stderr }, { code: 0, stdout: /@admin:home\.test/, stderr: '' }, what)
    t.strictSame(kept(), ['list'], what)
  }
  rmSync(file, { recursive: true })
  mkdirSync(file)
  t.equal((await run(['list'])).code, 0, 'a folder in its place')
  t.equal((await run(['list'], { HOME: '' })).code, 0, 'no home')
  t.equal((await run(['list'], { HOME: '/dev/null' })).code, 0, 'a home that takes nothing')
  const none = join(file, '../../../none')
  t.equal((await run(['list'], { HOME: none })).code, 0, 'a home that is not there')
  t.notOk(existsSync(none), 'is not made')
})

t.test('nothing is read or written in a folder that is a link or that others may write', possible, async (t) => {
  const { run, file } = await bed(t)
  await run(['list'])
  const whole = readFileSync(file)
  const folder = join(file, '..')
  const elsewhere = join(folder, '../elsewhere')
  const untouched = async (what: string) => {
    t.match(await run(['list']), { code: 0, stderr: '' }, what)
    t.match(await run(['--help']), { code: 0, stderr: '' }, what)
    t.strictSame(readdirSync(folder), ['code'], what)
    t.ok(readFileSync(file).equals(whole), what)
  }
  chmodSync(folder, 0o777)
  await untouched('others may write it')
  chmodSync(folder, 0o700)
  renameSync(folder, elsewhere)
  symlinkSync(elsewhere, folder)
  await untouched('a link')
  rmSync(folder)
  symlinkSync(join(elsewhere, 'none'), folder)
  t.equal((await run(['list'])).code, 0, 'a link to nothing')
  t.strictSame(readdirSync(elsewhere), ['code'])
  if (process.geteuid?.() !== 0) return
  rmSync(folder)
  renameSync(elsewhere, folder)
  chownSync(folder, 65534, 65534)
  await untouched("another user's")
})

t.test('many first runs at once', possible, async (t) => {
  const { run, file, kept } = await bed(t)
  const codes = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => (await run(['list'])).code))
  t.strictSame(codes, [0, 0, 0, 0, 0, 0])
  t.strictSame(kept(), ['list'])
  t.strictSame(readdirSync(join(file, '..')), ['code'])
})

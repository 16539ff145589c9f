import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { command, quoted, runBinary } from '../contract/binary.ts'

interface Line {
  ts: string
  action: string
  target?: string
  op?: string
  user?: string
  rc?: number
  outcome?: string
}

function line(fields: Line): string {
  const { ts, action, user = '@admin:home.test', op = 'suspend', target = '@bob:home.test', ...result } = fields
  return `${JSON.stringify({ ts, user, ip: '', ua: '', action, op, target, ...result, source: 'cli' })}\n`
}

const start = (ts: string, more: Partial<Line> = {}) => line({ ts, action: 'user-op-start', ...more })
const end = (ts: string, more: Partial<Line> = {}) =>
  line({ ts, action: 'user-op-end', rc: 0, outcome: 'replied', ...more })

const log = [
  start('2026-10-01T08:00:00Z'),
  start('2026-11-01T08:00:00Z', { op: 'create', target: 'alice' }),
  start('2026-11-01T08:00:01Z', { target: '@eve:home.test' }),
  end('2026-11-01T08:00:02Z', { target: '@eve:home.test', rc: 4, outcome: 'no reply' }),
  end('2026-11-01T08:00:03Z', { op: 'create', target: 'alice' }),
  '{"ts":"2026-11-02T08:00:00Z","user":"","ip":"127.0.0.1","action":"panel-login","op":"login","target":"panel","rc":0,"outcome":"logged in"}\n',
  'torn {"ts":\n',
  start('2026-11-03T08:00:00Z'),
  end('2026-11-03T08:00:01Z'),
].join('')

function reader(t: Test, text = log) {
  const dataDir = t.testdir({ logs: { 'admin-audit.log': text } })
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runBinary(['audit', ...args], { env: { DATA_DIR: dataDir } })
    return { code, stderr, stdout, lines: stdout.split('\n').slice(0, -1) }
  }
  return { dataDir, run }
}

t.test(
  'an operation is a line: start and end together, by when it began, and one without an end says so',
  async (t) => {
    const { lines } = await reader(t).run()
    t.strictSame(lines, [
      '2026-10-01T08:00:00Z  @admin:home.test  cli  suspend @bob:home.test  no end recorded',
      '2026-11-01T08:00:00Z  @admin:home.test  cli  create alice  replied (0)',
      '2026-11-01T08:00:01Z  @admin:home.test  cli  suspend @eve:home.test  no reply (4)',
      '2026-11-02T08:00:00Z  -  other 127.0.0.1  login panel  logged in (0)',
      'torn {"ts":',
      '2026-11-03T08:00:00Z  @admin:home.test  cli  suspend @bob:home.test  replied (0)',
    ])
  },
)

t.test('--user, --since and --limit choose; what cannot be meant is refused', async (t) => {
  const { run } = reader(t)
  const count = async (...args: string[]) => (await run(...args)).lines.length
  t.equal(await count('--user', '@bob:home.test'), 2)
  t.equal(await count('--user', 'bob'), 2)
  t.equal(await count('--user', '@alice:home.test'), 1, 'another panel writes usernames')
  t.equal(await count('--user', '@bob:elsewhere.test'), 0)
  t.equal(await count('--user', '@admin:home.test'), 4)
  t.equal(await count('--since', '2026-11-02'), 2)
  t.equal(await count('--since', '2026-11-01T08:00:01Z'), 3)
  t.equal(await count('--since', '999999d'), 5)
  t.match((await run('--limit', '1')).lines, [/^2026-11-03/])
  t.match((await run('--limit', '1', '--user', 'alice')).lines, [/create alice/])
  for (const since of ['yesterday', '7', '7x', '2026-13-01', '1', '-1d'])
    t.match(await run(`--since=${since}`), { code: 2, stdout: '', stderr: /invalid --since/ }, since)
  for (const limit of ['0', 'x', '1.5']) t.match(await run('--limit', limit), { code: 2, stderr: /invalid --limit/ })
  t.match(await run('--limit', '1', '--follow'), { code: 2, stderr: /cannot be used together/ })
})

t.test('--since counts back from now', async (t) => {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const { run } = reader(t, [200, 100, 30, 5].map((hours) => start(ago(hours)) + end(ago(hours))).join(''))
  for (const [since, count] of [
    ['7d', 3],
    ['1w', 3],
    ['2d', 2],
    ['12h', 1],
    ['30m', 0],
  ] as const)
    t.equal((await run('--since', since)).lines.length, count, since)
})

t.test('--json is one array of operations', async (t) => {
  const { run } = reader(t)
  const all = JSON.parse((await run('--json')).stdout)
  t.equal(all.length, 5)
  t.strictSame(all[0], {
    ...{ ts: '2026-10-01T08:00:00Z', end: null, user: '@admin:home.test', ip: '', ua: '', source: 'cli' },
    ...{ op: 'suspend', target: '@bob:home.test', rc: null, outcome: null },
  })
  t.match(all[2], { end: '2026-11-01T08:00:02Z', rc: 4, outcome: 'no reply' })
  t.equal(all[3].action, 'panel-login')
  t.strictSame(JSON.parse((await run('--json', '--user', 'nobody')).stdout), [])
})

t.test('--follow shows an operation when it ends; --json then a line each', async (t) => {
  const { dataDir } = reader(t, '')
  const [program = '', ...first] = command
  const child = spawn(program, [...first, 'audit', '--follow', '--json'], { env: { DATA_DIR: dataDir, HOME: '/none' } })
  t.teardown(() => child.kill('SIGKILL'))
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += chunk
  })
  appendFileSync(`${dataDir}/logs/admin-audit.log`, start('2026-11-03T08:00:00Z', { target: 'killed' }))
  appendFileSync(`${dataDir}/logs/admin-audit.log`, start('2026-11-03T08:00:01Z') + end('2026-11-03T08:00:02Z'))
  while (!shown.includes('\n')) await once(child.stdout, 'data')
  t.match(JSON.parse(shown), { ts: '2026-11-03T08:00:01Z', end: '2026-11-03T08:00:02Z', rc: 0 })
  child.kill('SIGINT')
  t.equal((await once(child, 'close'))[0], 130)
  t.match(JSON.parse(shown.split('\n')[1] ?? ''), { target: 'killed', end: null })
})

t.test('audit | head ends well', async (t) => {
  const one = start('2026-11-03T08:00:01Z') + end('2026-11-03T08:00:02Z')
  const { dataDir } = reader(t, one.repeat(20_000))
  const script = `set -o pipefail; ${quoted(...command)} audit | head -n 2`
  const child = spawn('bash', ['-c', script], { env: { ...process.env, DATA_DIR: dataDir } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  t.strictSame({ code, err, lines: out.split('\n').length - 1 }, { code: 0, err: '', lines: 2 })
})

t.test('a long log with operations that never ended, in order and in little memory', async (t) => {
  const lost = Array.from({ length: 6000 }, (_, at) => start('2026-11-01T08:00:00Z', { target: `lost${at}` }))
  const one = start('2026-11-03T08:00:01Z') + end('2026-11-03T08:00:02Z')
  const { run } = reader(t, lost.join('') + one.repeat(20_000))
  const { lines } = await run()
  t.equal(lines.length, 26_000)
  t.match(lines[0], /lost0 {2}no end recorded/)
  t.match(lines.at(-1), /@bob:home\.test {2}replied \(0\)/)
})

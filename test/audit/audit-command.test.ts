import { mkdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from '../contract/bed.ts'
import { runBinary } from '../contract/binary.ts'

const entry = { ts: '2026-11-24T08:00:00Z', user: '@admin:home.test', ip: '', ua: '', action: 'user-op-end', rc: 0 }

t.test('how a write ended is said in words, not in names of classes', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('bob')
  bed.hs.faults.onCommand({ line: /unsuspend/ }, { kind: 'silent' })
  await bed.run('suspend', 'bob')
  await bed.run('suspend', 'bob')
  await bed.run('logout', 'bob')
  await bed.run('create', 'bob')
  await bed.run('unsuspend', 'bob', '--timeout', '1')
  await bed.runWith({ env: { MATRIX_HS_API: 'http://127.0.0.1:1' } }, 'lock', 'bob')
  const ends = (await bed.run('audit')).stdout.split('\n').filter((line) => line.endsWith(')'))
  t.match(ends, [
    /suspend @bob:home\.test {2}done \(0\)$/,
    /suspend @bob:home\.test {2}already so \(0\)$/,
    /logout @bob:home\.test {2}replied \(0\)$/,
    /create @bob:home\.test {2}no effect \(1\)$/,
    /unsuspend @bob:home\.test {2}no reply \(4\)$/,
    /lock @bob:home\.test {2}unreachable \(3\)$/,
  ])
})

t.test('a log that is not there, or empty, is no error', async (t) => {
  const dataDir = t.testdir()
  const show = () => runBinary(['audit'], { env: { DATA_DIR: dataDir } })
  const nothing = { code: 0, stdout: '', stderr: `the audit log is empty: ${dataDir}/logs/admin-audit.log\n` }
  t.match(await show(), nothing)
  mkdirSync(`${dataDir}/logs`)
  writeFileSync(`${dataDir}/logs/admin-audit.log`, '')
  t.match(await show(), nothing)
})

t.test('where no entry is chosen, it says so', async (t) => {
  const env = { DATA_DIR: t.testdir({ logs: { 'admin-audit.log': `${JSON.stringify(entry)}\n` } }) }
  const stderr = 'no entry of the audit log matches\n'
  t.match(await runBinary(['audit', '--user', 'nobody'], { env }), { code: 0, stdout: '', stderr })
  t.match(await runBinary(['audit', '--user', 'nobody', '--json'], { env }), { code: 0, stdout: '[]\n', stderr })
  t.match(await runBinary(['audit'], { env }), { code: 0, stderr: '' })
})

t.test(
  '--json is JSON and nothing else; readable lines drive no terminal and pretend to be no other line',
  async (t) => {
    const dataDir = t.testdir({
      logs: {
        'admin-audit.log': [
          JSON.stringify({ ...entry, op: 'create', target: 'a\u001B[2J\nb\u009B\u202E' }),
          'not \u001B[31mours',
          '{"ts":"2026',
          '"text"',
          'null',
          JSON.stringify({ action: 'of another program' }),
          '',
        ].join('\n'),
      },
    })
    const show = async (...args: string[]) =>
      (await runBinary(['audit', ...args], { env: { DATA_DIR: dataDir } })).stdout
    const values = JSON.parse(await show('--json'))
    t.match(values, [{ op: 'create', end: entry.ts, rc: 0 }, { action: 'of another program' }])
    t.strictSame((await show()).split('\n'), [
      '2026-11-24T08:00:00Z  @admin:home.test  other  create a\\x1b[2J\\nb\\x9b\\u202e  ended (0)',
      'not \\x1b[31mours',
      '{"ts":"2026',
      '"text"',
      'null',
      '{"action":"of another program"}',
      '',
    ])
  },
)

t.test('run is found by its account, and no other word of it is logged', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('bob')
  const calls = [
    ['users', 'suspend', 'bob'],
    ['!admin', 'users', 'tag', '@bob:home.test', 'hunter2'],
    ['users tag bob hunter2'],
    ['users', 'tag', '--logout', 'hunter2'],
    ['server', 'say', 'hunter2'],
  ]
  for (const words of calls) t.match(await bed.run('run', '--', ...words), { code: 0, stderr: '' }, words.join(' '))
  t.strictSame(
    JSON.parse((await bed.run('audit', '--json')).stdout).map(({ target }: { target: string }) => target),
    ['users suspend @bob:home.test', 'users tag @bob:home.test', 'users tag @bob:home.test', 'users tag', 'server say'],
  )
  t.equal((await bed.run('audit', '--user', 'bob')).stdout.split('\n').length, 4)
  t.equal((await bed.run('audit', '--user', 'suspend')).stdout, '')
})

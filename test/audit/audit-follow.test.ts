import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { command } from '../contract/binary.ts'
import { cardNeeded, exfatCard } from '../contract/mounts.ts'

const line = (target: string) =>
  `${JSON.stringify({ ts: '2026-11-24T08:00:00Z', user: '@admin:home.test', ip: '', ua: '', action: 'user-op-end', op: 'create', target, rc: 0, source: 'cli', outcome: 'replied' })}\n`

/** `audit --follow` of a log, and what it has shown so far. */
async function follow(t: Test, dataDir: string) {
  const child = spawn(command[0] ?? '', [...command.slice(1), 'audit', '--follow'], {
    env: { DATA_DIR: dataDir, HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += chunk
  })
  const until = async (text: string) => {
    while (!shown.includes(text)) await once(child.stdout, 'data')
  }
  return { child, until, shown: () => shown }
}

function logOf(dataDir: string): string {
  mkdirSync(`${dataDir}/logs`)
  return `${dataDir}/logs/admin-audit.log`
}

t.test('audit --follow shows what is added, also after a rotation, until Ctrl-C', async (t) => {
  const dataDir = t.testdir()
  const log = logOf(dataDir)
  writeFileSync(log, `${line('@one:home.test')}not ours\n`)
  const { child, until, shown } = await follow(t, dataDir)
  await until('not ours')
  t.equal(shown(), '2026-11-24T08:00:00Z  @admin:home.test  cli  create @one:home.test  replied (0)\nnot ours\n')
  appendFileSync(log, line('@two:home.test').slice(0, 50))
  appendFileSync(log, line('@two:home.test').slice(50))
  await until('@two:home.test')
  renameSync(log, `${log}.1`)
  writeFileSync(log, line('@three:home.test'))
  await until('@three:home.test')
  t.equal(shown().split('\n').length, 5)
  child.kill('SIGINT')
  t.equal((await once(child, 'exit'))[0], 130)
})

t.test('nothing is lost or shown twice when the log is rotated between two looks', async (t) => {
  const dataDir = t.testdir()
  const log = logOf(dataDir)
  writeFileSync(log, line('@one:home.test'))
  const { child, until, shown } = await follow(t, dataDir)
  const asleep = (change: () => void) => {
    child.kill('SIGSTOP')
    change()
    child.kill('SIGCONT')
  }
  await until('@one:')
  asleep(() => {
    appendFileSync(log, line('@moved:home.test'))
    renameSync(log, `${log}.1`)
    writeFileSync(log, line('@new:home.test'))
  })
  await until('@new:')
  asleep(() => {
    appendFileSync(log, line('@away:home.test'))
    renameSync(log, `${log}.2`)
  })
  await until('@away:')
  writeFileSync(log, line('@again:home.test'))
  await until('@again:')
  asleep(() => {
    appendFileSync(log, `${line('@more:home.test')}${line('@last:home.test')}`)
  })
  await until('@last:')
  writeFileSync(log, line('@cut:home.test'))
  await until('@cut:')
  const names = [...shown().matchAll(/create @(\w+)/g)].map(([, name]) => name)
  t.strictSame(names, ['one', 'moved', 'new', 'away', 'again', 'more', 'last', 'cut'])
})

t.test('a copy of the log in its place, as on disks that make inode numbers up, is not shown again', async (t) => {
  const dataDir = t.testdir()
  const log = logOf(dataDir)
  writeFileSync(log, line('@one:home.test'))
  const { until, shown } = await follow(t, dataDir)
  await until('@one:')
  copyFileSync(log, `${log}.copy`)
  renameSync(`${log}.copy`, log)
  appendFileSync(log, line('@two:home.test'))
  await until('@two:')
  t.equal(shown().split('\n').length, 3)
})

t.test('a rotation on a phone’s card (exFAT)', cardNeeded, async (t) => {
  const card = exfatCard(t)
  const log = logOf(card)
  writeFileSync(log, line('@one:home.test'))
  const { child, until, shown } = await follow(t, card)
  await until('@one:')
  child.kill('SIGSTOP')
  appendFileSync(log, line('@moved:home.test'))
  renameSync(log, `${log}.1`)
  writeFileSync(log, line('@new:home.test'))
  child.kill('SIGCONT')
  await until('@new:')
  appendFileSync(log, line('@last:home.test'))
  await until('@last:')
  t.equal(shown().split('\n').length, 5)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { command } from './contract/binary.ts'

const line = (target: string) =>
  `${JSON.stringify({ ts: '2026-11-24T08:00:00Z', user: '@admin:home.test', ip: '', ua: '', action: 'user-op-end', op: 'create', target, rc: 0, source: 'cli', outcome: 'replied' })}\n`

t.test('audit --follow shows what is added, also after a rotation, until Ctrl-C', async (t) => {
  const dataDir = t.testdir()
  const log = `${dataDir}/logs/admin-audit.log`
  mkdirSync(`${dataDir}/logs`)
  writeFileSync(log, `${line('@one:home.test')}not ours\n`)
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
  await until('not ours')
  t.equal(shown, '2026-11-24T08:00:00Z  @admin:home.test  cli  create @one:home.test  replied (0)\nnot ours\n')
  appendFileSync(log, line('@two:home.test').slice(0, 50))
  appendFileSync(log, line('@two:home.test').slice(50))
  await until('@two:home.test')
  renameSync(log, `${log}.1`)
  writeFileSync(log, line('@three:home.test'))
  await until('@three:home.test')
  t.equal(shown.split('\n').length, 5)
  child.kill('SIGINT')
  t.equal((await once(child, 'exit'))[0], 130)
})

import { spawn, spawnSync } from 'node:child_process'
import t from 'tap'
import { command } from '../contract/binary.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { buildSandbox, cannotBuild } from './sandbox.ts'

const possible = cannotBuild === false ? {} : { skip: cannotBuild }

t.test('the sandbox ends what the phone would end', possible, async (t) => {
  const [sandbox = '', names = ''] = buildSandbox(t.testdir())
  // glibc announces itself to the kernel by set_robust_list and rseq, which the phone does not allow.
  t.equal(spawnSync(sandbox, [names, '/bin/true']).signal, 'SIGSYS', 'a program of glibc')
  t.equal(spawnSync(sandbox, [names, process.execPath, '--version']).signal, 'SIGSYS', "glibc's node")
  t.equal(spawnSync(sandbox, ['/dev/null', '/bin/true']).status, 125, 'an empty list is refused')
})

t.test('the program lives there', possible, async (t) => {
  const [sandbox = '', names = ''] = buildSandbox(t.testdir())
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const { env } = writeDataDir(hs, t.testdirName)
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; stdout: string }>((resolve) => {
      const child = spawn(sandbox, [names, ...command, ...args], {
        env: { PATH: '/bin', HOME: '/nonexistent', ...env },
      })
      let stdout = ''
      child.stdout.on('data', (chunk) => {
        stdout += chunk
      })
      child.on('close', (code) => resolve({ code, stdout }))
    })
  t.match(await run('--version'), { code: 0, stdout: /^\d/ })
  t.match(await run('--help'), { code: 0, stdout: /create/ })
  t.match(await run('list'), { code: 0, stdout: /@admin:home\.test/ })
  const created = await run('create', 'alice')
  t.equal(created.code, 0)
  t.ok(created.stdout.includes(hs.accounts.get('alice')?.password ?? '?'))
})

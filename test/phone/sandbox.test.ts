import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { command } from '../contract/binary.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { logIn, panelBed } from '../panel/bed.ts'
import { buildProbe, buildSandbox, cannotBuild } from './sandbox.ts'

const possible = cannotBuild === false ? {} : { skip: cannotBuild }

t.test('the sandbox ends what the phone would end', possible, async (t) => {
  const [sandbox, names] = buildSandbox(t.testdir())
  // glibc announces itself to the kernel by set_robust_list and rseq, which the phone does not allow.
  t.equal(spawnSync(sandbox, [names, '/bin/true']).signal, 'SIGSYS', 'a program of glibc')
  t.equal(spawnSync(sandbox, [names, process.execPath, '--version']).signal, 'SIGSYS', "glibc's node")
  t.equal(spawnSync(sandbox, ['/dev/null', '/bin/true']).status, 125, 'an empty list is refused')
})

t.test('each call on the list ends the process, and nothing else does', possible, async (t) => {
  const folder = t.testdir()
  const [sandbox, names] = buildSandbox(folder)
  const probe = buildProbe(folder)
  const only = `${folder}/only`
  const list = readFileSync(names, 'utf8').trimEnd().split('\n')
  const run = (...args: string[]) => spawnSync(args[0] ?? '', args.slice(1), { encoding: 'utf8' })
  let denied = 0
  for (const name of list) {
    writeFileSync(only, `${name}\n`)
    const { status, signal } = run(sandbox, only, probe, name)
    if (status === 125) continue
    denied++
    t.equal(signal, 'SIGSYS', name)
  }
  t.equal(run(sandbox, names).stdout, `${denied} denied, ${list.length - denied} unknown here\n`)
  t.ok(denied > 60, 'most are known to every architecture')
  writeFileSync(only, 'io_uring_setup\n')
  t.equal(run(sandbox, only, probe, 'getppid').status, 0)
  t.equal(run(probe, 'io_uring_setup').signal, null, 'without the sandbox it comes back')
})

t.test('the program lives there', possible, async (t) => {
  const [sandbox, names] = buildSandbox(t.testdir())
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

t.test('the panel lives there', possible, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-sandbox-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const bed = await panelBed(t, { runner: buildSandbox(folder) })
  const login = await logIn(bed.url)
  const { body } = await login.send('create', { user: 'alice' })
  t.ok(body.includes(bed.hs.accounts.get('alice')?.password ?? '?'))
  t.match((await login.send('invite-take')).body, /no valid invite is left/i)
})

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Arch, ensureBase } from '../../build/base.ts'
import { bundle } from '../../build/bundle.ts'
import { asPlainNode } from '../../build/executable.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'

t.test('the bundle runs on plain node, and no command loads more of it than it needs', async (t) => {
  const folder = t.testdir()
  await bundle(folder)
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const { env } = writeDataDir(hs, folder)
  const starter = join(folder, 'starter.cjs')
  writeFileSync(
    starter,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(`${folder}/modules`)}, process.moduleLoadList.join('\\n')))
    require('./matrix-users.cjs')`,
  )
  // The test's own node would load what tap has it load.
  const base = await ensureBase(process.arch as Arch)
  const run = (...args: string[]) =>
    new Promise<number | null>((resolve) => {
      const child = spawn(base, ['node', starter, ...args], {
        env: { PATH: '/bin', HOME: '/nonexistent', ...asPlainNode, ...env },
        stdio: 'ignore',
      })
      child.once('close', resolve)
    })
  for (const args of [['--version'], ['--help'], ['list'], ['create', 'alice']]) {
    t.equal(await run(...args), 0, args.join(' '))
    const modules = readFileSync(join(folder, 'modules'), 'utf8')
    t.match(modules, /NativeModule fs/)
    t.notMatch(modules, /undici/)
    t.notMatch(modules, /NativeModule (crypto|assert)$/m, args.join(' '))
    if (args[0]?.startsWith('-')) t.notMatch(modules, /NativeModule (net|tty)$/m, args.join(' '))
  }
})

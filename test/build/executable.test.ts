import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Arch, ensureBase } from '../../build/base.ts'
import { packOnto } from '../../build/executable.ts'
import { makeProgram } from '../../build/package.ts'
import { simulatedBed } from '../contract/bed.ts'
import { command } from '../contract/binary.ts'

const program = command[0] ?? ''
const script = 'PKG_INVOKE_NODEJS'

t.test('nothing in the environment makes the executable run another script', async (t) => {
  const bed = await simulatedBed(t)
  const other = join(bed.dataDir, 'list')
  writeFileSync(other, 'process.stdout.write("another script")')
  for (const PKG_EXECPATH of [undefined, program, 'matrix-users', script, ''])
    for (const args of [[other], ['node', other], ['-e', 'process.exit(0)'], ['--require', other, 'list']]) {
      const { code, stdout } = await bed.runWith({ env: { PKG_EXECPATH, NODE_OPTIONS: `--require ${other}` } }, ...args)
      t.match({ code, stdout }, { code: 2, stdout: '' }, `${PKG_EXECPATH}: ${args.join(' ')}`)
    }
})

t.test('each word arrives as it was given', async (t) => {
  const bed = await simulatedBed(t)
  const file = join(bed.dataDir, 'env')
  writeFileSync(file, 'MATRIX_ADMIN_PREFIX=!from-file')
  for (const PKG_EXECPATH of [undefined, program, script])
    for (const first of ['PKG_DUMMY_ENTRYPOINT', '--', program, '--inspect', '-p']) {
      const args = ['--dry-run', '--env-file', file, 'run', '--', first, '--env-file=none', '--', 'x']
      const { code, stdout, stderr } = await bed.runWith({ env: { PKG_EXECPATH } }, ...args)
      t.match({ code, stderr }, { code: 0, stderr: /^matrix-users: warning: --env-file after -- is part of .*\n$/ })
      t.equal(stdout.trimEnd(), `!from-file ${first} --env-file=none -- x`, `${PKG_EXECPATH}: ${first}`)
    }
  const { stdout } = await bed.runWith({ env: { PKG_EXECPATH: script } }, '--version')
  t.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test('the code that it carries is accepted, so that none is kept for the user', async (t) => {
  const bed = await simulatedBed(t)
  const home = join(bed.dataDir, 'home')
  mkdirSync(home)
  for (const args of [['--version'], ['--help'], ['list'], ['create', 'alice'], ['audit']])
    t.equal((await bed.runWith({ env: { HOME: home } }, ...args)).code, 0, args.join(' '))
  t.equal(existsSync(join(home, '.cache')), program.endsWith('-source'))
})

t.test('two builds in different folders give the same bytes', async (t) => {
  const folder = t.testdir({ one: {}, another: {} })
  const base = await ensureBase(process.arch as Arch)
  const [one, another] = await Promise.all(
    ['one', 'another'].map(async (name) => {
      const output = join(folder, name, 'executable')
      await packOnto(base, await makeProgram(join(folder, name)), output)
      return readFileSync(output)
    }),
  )
  t.ok(one?.equals(another ?? Buffer.of()))
})

t.test('it is not larger than 56 MB', async (t) => {
  t.ok(statSync(program).size <= 56e6)
})

import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const root = join(import.meta.dirname, '../..')
const nobody = 65534

/** Another user, where there may be one and these files are not hidden from it. */
const other = { uid: nobody, gid: nobody }
const another = spawnSync('/bin/sh', ['-c', 'test -r test/demo.ts'], { cwd: root, ...other }).status === 0 ? other : {}

/** Runs the demo with one of the executables, in a home that cannot be written and has no cache folder. */
async function demo(folder: string, executable: string): Promise<string> {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')]
  mkdirSync(home)
  mkdirSync(temporary)
  chmodSync(home, 0o555)
  if (another === other) chownSync(temporary, nobody, nobody)
  const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', join(root, 'test/demo.ts')], {
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, MATRIX_USERS_BIN: executable },
    cwd: root,
    ...another,
  })
  t.strictSame(readdirSync(home), [])
  return stdout
}

for (const name of ['matrix-users', 'matrix-users-source']) {
  const executable = join(root, 'dist', name)
  const possible = existsSync(executable) ? {} : { skip: `needs \`make dist/${name}\`` }
  t.test(`${name} for another user, without a cache folder, in a home that cannot be written`, possible, async (t) => {
    t.match(await demo(t.testdir(), executable), /Everything worked as described\.\n$/)
  })
}

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Arch, ensureBase } from '../../build/base.ts'
import { bundle } from '../../build/bundle.ts'
import { asPlainNode } from '../../build/executable.ts'
import { exitCodes } from '../../src/errors.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'

/** What goes wrong beside the program's own work, when the homeserver has been asked something. */
const accidents = {
  'a rejection that nobody handles': "Promise.reject(new Error('the token is s3cret'))",
  'a rejection that is no error': "Promise.reject('s3cret')",
  'an error in a callback': "setImmediate(() => { throw new TypeError('the token is s3cret') })",
}

t.test('what nothing caught is an internal error, without what it was about', async (t) => {
  const folder = t.testdir()
  await bundle(folder)
  const base = await ensureBase(process.arch as Arch)
  for (const [what, accident] of Object.entries(accidents)) {
    const hs = await startHomeserver()
    hs.faults.on({}, { kind: 'hang' })
    const { env } = writeDataDir(hs, join(folder, 'data'))
    const starter = join(folder, 'starter.cjs')
    writeFileSync(
      starter,
      `const { Socket } = require('node:net')
      const { connect } = Socket.prototype
      Socket.prototype.connect = function (...given) {
        this.once('connect', () => { ${accident} })
        return connect.apply(this, given)
      }
      require('./matrix-users.cjs')`,
    )
    const { code, stdout, stderr } = await run(base, starter, { ...asPlainNode, ...env })
    await hs.close()
    t.equal(code, exitCodes.refused.code, what)
    t.equal(stdout, '', what)
    t.match(stderr, /^matrix-users: error: internal error, please report it: .*\nhint: .*may have been sent\n$/, what)
    t.notMatch(stderr, /s3cret/, what)
  }
})

function run(base: string, starter: string, env: Record<string, string>) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(base, ['node', starter, 'list'], { env: { PATH: '/bin', HOME: '/nonexistent', ...env } })
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk) => out.push(chunk))
    child.stderr.on('data', (chunk) => err.push(chunk))
    child.once('close', (code) => {
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
  })
}

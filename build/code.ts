import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startHomeserver, writeDataDir } from '../test/homeserver/index.ts'
import { type Arch, ensureBase } from './base.ts'
import { bundleOne } from './bundle.ts'
import { asPlainNode } from './executable.ts'
import type { Run } from './record-code.ts'

/** What people and cron call most. What these do not call is compiled when it is called. */
const commands = [
  ['--version'],
  ['--help'],
  ['list'],
  ['create', 'alice'],
  ['create', 'bob', 'carol'],
  ['reset-password', 'alice'],
  ['suspend', 'alice'],
  ['unsuspend', 'alice'],
  ['invite'],
  ['check'],
]
const rounds = 2

/**
 * Writes V8's compiled code of `program` to the file `code`: made by the base, which must be able to run here, while the program
 * carries out the commonest commands against the simulated homeserver. Throws where the base refuses that code.
 */
export async function compileProgram(program: string, code: string, arch: Arch): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-code-'))
  const recorder = join(folder, 'record-code.cjs')
  const homeservers = await Promise.all(Array.from({ length: rounds }, () => startHomeserver()))
  try {
    const runs: Run[] = homeservers.flatMap((homeserver, round) => {
      const { env } = writeDataDir(homeserver, join(folder, `data${round}`))
      return commands.map((argv) => ({ argv, env: { HOME: folder, ...env } }))
    })
    await bundleOne('build/record-code.ts', recorder)
    const base = await ensureBase(arch)
    for (const [how, what] of [
      ['record', JSON.stringify(runs)],
      ['check', ''],
    ])
      await promisify(execFile)(base, ['node', recorder, how ?? '', program, code, what ?? ''], { env: asPlainNode })
  } finally {
    await Promise.all(homeservers.map((homeserver) => homeserver.close()))
    rmSync(folder, { recursive: true })
  }
}

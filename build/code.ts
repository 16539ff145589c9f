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

/**
 * What people and cron run most, by the kinds that the launcher distinguishes. Functions that these do not call are compiled when
 * they are called; each command here makes all of its kind a little slower.
 */
const commands = {
  version: [['--version']],
  help: [['--help'], ['list', '--help'], ['create', '--help'], ['invite', '--help']],
  command: [
    ['list'],
    ['create', 'alice'],
    ['create', 'bob', 'carol'],
    ['reset-password', 'alice'],
    ['suspend', 'alice'],
    ['unsuspend', 'alice'],
  ],
}

export type CodeKind = keyof typeof commands
export const codeKinds = Object.keys(commands) as CodeKind[]

/**
 * Writes V8's compiled code of `program` to the file `code`. The base, which must run on this machine, makes it while the program
 * runs the commonest commands of a kind against the simulated homeserver. Throws where the base refuses that code.
 */
export async function compileProgram(program: string, code: string, kind: CodeKind, arch: Arch): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-code-'))
  const recorder = join(folder, 'record-code.cjs')
  const homeserver = await startHomeserver()
  try {
    const { env } = writeDataDir(homeserver, join(folder, 'data'))
    const runs: Run[] = commands[kind].map((argv) => ({ argv, env: { HOME: folder, ...env } }))
    await bundleOne('build/record-code.ts', recorder)
    const base = await ensureBase(arch)
    // V8 orders its tables by a seed: with a fixed one, two builds give the same code.
    const node = ['--hash-seed=1', 'node', recorder]
    for (const [how, what] of [
      ['record', JSON.stringify(runs)],
      ['check', ''],
    ])
      await promisify(execFile)(base, [...node, how ?? '', program, code, what ?? ''], { env: asPlainNode })
  } finally {
    await homeserver.close()
    rmSync(folder, { recursive: true })
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { Test } from 'tap'

/** ms within which the lock of a killed owner must be free, by promise. */
export const promise = 10_000
export const canUnshare = spawnSync('unshare', ['-n', 'true']).status === 0

/** The contender as one file that node runs without a loader: it is started some hundred times. */
export function built(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-lock-'))
  chmodSync(folder, 0o755)
  t.teardown(() => rmSync(folder, { recursive: true }))
  const outfile = `${folder}/contender.mjs`
  const entryPoints = [fileURLToPath(new URL('contender.ts', import.meta.url))]
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' })
  return outfile
}

/** Starts a process that takes the lock of `file` for so many turns; `elsewhere`: in a network namespace of its own. */
export function start(script: string, file: string, turns: number, elsewhere: boolean, uid?: number): ChildProcess {
  const [program = '', ...args] = [
    ...(elsewhere ? ['unshare', '-n'] : []),
    process.execPath,
    script,
    file,
    String(turns),
  ]
  return spawn(program, args, { stdio: 'ignore', ...(uid === undefined ? {} : { uid, gid: uid }) })
}

export function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await setTimeout(2)
}

/** Whether somebody waits for a lock in this folder. */
export function isQueueing(folder: string): boolean {
  return readdirSync(folder).some((name) => /\.lock\.[0-9a-f]{16}$/.test(name))
}

export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

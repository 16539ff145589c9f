import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** ms that a server may take until it answers, and until it has ended. */
const patience = 60_000
const lastPatience = 10_000

/** A temporary folder that goes when this program ends, if it has not gone before. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `matrix-users-${name}-`))
  const remove = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    path,
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
}

/** A homeserver's process in a folder of its own. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #outFile: string

  constructor(program: string, args: readonly string[], folder: string, env: Record<string, string> = {}) {
    this.#outFile = join(folder, 'output.log')
    const output = openSync(this.#outFile, 'w')
    const clean = { PATH: process.env.PATH ?? '', HOME: folder }
    this.#child = spawn(program, args, {
      cwd: folder,
      env: { ...clean, ...env },
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    // Whatever ends this program, the server does not outlive it, unless that is SIGKILL.
    const kill = () => this.#child.kill('SIGKILL')
    process.once('exit', kill)
    this.#child.once('exit', () => process.off('exit', kill))
    // A program that cannot be started is one that does not answer.
    this.#child.once('error', (error) => appendFileSync(this.#outFile, `${error.message}\n`))
  }

  /** What it printed. */
  output(): string {
    return readFileSync(this.#outFile, 'utf8')
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Waits until it answers as a homeserver does. Throws with what it printed if it ends or is silent for a minute. */
  async answers(url: string): Promise<void> {
    for (const deadline = Date.now() + patience; this.running && Date.now() < deadline; ) {
      const signal = AbortSignal.timeout(2000)
      const response = await fetch(`${url}/_matrix/client/versions`, { signal }).catch(() => undefined)
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await new Promise(setImmediate)
    throw new Error(`the homeserver does not answer; it printed:\n${this.output().slice(-4000)}`)
  }

  /** Asks it to end, by its pid, and ends it when it does not. */
  async end(): Promise<void> {
    if (!this.running) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), lastPatience)
    await ended
    clearTimeout(timer)
  }
}

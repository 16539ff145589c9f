import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { assertSound } from './sound.ts'

const root = join(import.meta.dirname, '../..')

/**
 * The program under test: the built binary, or what MATRIX_TEST_COMMAND says, in words separated by blanks. A word that begins
 * with `./` is a file of the project, whose path may hold blanks.
 */
export const command: readonly string[] = (process.env.MATRIX_TEST_COMMAND ?? './dist/matrix-users')
  .split(' ')
  .map((word) => (word.startsWith('./') ? join(root, word) : word))

/** Words as a shell reads them. */
export function quoted(...words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}

export interface Result {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  bytes: Buffer
}

export interface RunOptions {
  env?: Record<string, string | undefined>
  /** What is written to stdin; without it stdin is /dev/null. */
  input?: string
  cwd?: string
  /** As which user; only root can choose. */
  uid?: number | undefined
  /** Called once it runs; `kill` of the process does nothing once it ended. */
  started?: (child: ChildProcess) => void
}

/** Runs the program with a clean environment. Rejects where it says that something was not expected. */
export function runBinary(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const [program = '', ...first] = command
  const env = Object.fromEntries(
    Object.entries(options.env ?? {}).filter(([, value]) => value !== undefined),
  ) as Record<string, string>
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      cwd: options.cwd,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout?.on('data', (chunk) => out.push(chunk))
    child.stderr?.on('data', (chunk) => err.push(chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const [bytes, stderr] = [Buffer.concat(out), Buffer.concat(err).toString()]
      try {
        assertSound(stderr, args.join(' '))
        resolve({ code, signal, bytes, stdout: bytes.toString(), stderr })
      } catch (error) {
        reject(error)
      }
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
    options.started?.(child)
  })
}

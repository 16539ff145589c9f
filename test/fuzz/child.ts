import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { command } from '../contract/binary.ts'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  ms: number
  /** Peak memory in MB, as the kernel counted it. */
  megabytes: number
  /** It did not end by itself. */
  overdue: boolean
}

const mostOutput = 64 * 1024 * 1024

/** Runs the program below `time`, which knows its peak memory, and ends it after `longest` ms. */
export function runChild(
  args: readonly string[],
  {
    env,
    input,
    longest,
    report,
  }: { env: Record<string, string>; input: string | undefined; longest: number; report: string },
): Promise<Ended> {
  const started = Date.now()
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/bin/time', ['-q', '-f', '%M', '-o', report, ...command, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // A group of its own, so that what `time` runs ends with it.
      detached: true,
    })
    let overdue = false
    const timer = setTimeout(() => {
      overdue = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, longest)
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    collect(child.stdout, out)
    collect(child.stderr, err)
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const megabytes = existsSync(report) ? Number(readFileSync(report, 'utf8').trim()) / 1024 : 0
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()]
      resolve({ code, signal, stdout, stderr, ms: Date.now() - started, megabytes, overdue })
    })
  })
}

function collect(stream: NodeJS.ReadableStream | null, into: Buffer[]): void {
  let left = mostOutput
  stream?.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left > 0) into.push(chunk)
  })
}

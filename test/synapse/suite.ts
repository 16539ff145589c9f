import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
/** ms that one file of tests may take; the limit of messages makes an operator wait five seconds for each. */
const patience = 600_000

const suite = 'test/contract/any-homeserver'

/** The files named, or all of the contract suite that needs no homeserver which can be told to misbehave. */
export function suiteFiles(named: readonly string[]): string[] {
  if (named.length > 0) return [...named]
  const files = readdirSync(join(root, suite)).filter((name) => name.endsWith('.test.ts'))
  return files.sort().map((name) => `${suite}/${name}`)
}

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/**
 * Runs test files against a homeserver that runs already, some at once, each with the environment that `prepare` gives it.
 * Shows each file's tests, those that were skipped too, and in full what failed. The files run without tap's runner, which
 * would give all of them one environment, and so one operator.
 */
export async function runSuite(
  files: readonly string[],
  atOnce: number,
  prepare: (file: string) => Promise<Record<string, string>>,
): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const begun = Date.now()
      const { code, output } = await runFile(file, await prepare(file))
      const { passed, failed, skipped, lines } = summary(output, code)
      const seconds = ((Date.now() - begun) / 1000).toFixed(1)
      console.log(`${failed === 0 ? 'ok' : 'not ok'} - ${file} (${seconds} s)\n${lines.join('\n')}`)
      tally.passed += passed
      tally.failed += failed
      tally.skipped += skipped
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  console.log(`${tally.passed} tests passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  return tally
}

function runFile(file: string, env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import=tsx', file], {
    cwd: root,
    env: { ...process.env, TAP_TIMEOUT: String(patience / 1000), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patience,
  })
  const kill = () => child.kill()
  process.once('exit', kill)
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
  return new Promise((resolve) =>
    child.once('close', (code) => {
      process.off('exit', kill)
      resolve({ code, output: Buffer.concat(output).toString() })
    }),
  )
}

/** A file's outermost tests, counted from its TAP. */
function summary(output: string, code: number | null): Tally & { lines: string[] } {
  const all = output.split('\n')
  const results = all.filter((line) => /^(not )?ok \d+/.test(line))
  const failed = results.filter((line) => line.startsWith('not ')).length
  const skipped = results.filter((line) => / # (SKIP|TODO)/.test(line)).length
  const passed = results.length - failed - skipped
  // A file that ended wrongly without telling why failed too, and everything that it said is shown.
  if (failed === 0 && (code !== 0 || results.length === 0)) return { passed, failed: 1, skipped, lines: all }
  return { passed, failed, skipped, lines: shown(all) }
}

/** The outermost results, and whatever stands below those that failed, at any depth. */
function shown(all: string[]): string[] {
  let depth: number | undefined
  return all.filter((line) => {
    const indent = line.search(/\S/)
    if (/^ *not ok /.test(line)) depth = indent
    else if (depth !== undefined && indent >= 0 && indent <= depth) depth = undefined
    return depth !== undefined || /^ok \d+/.test(line)
  })
}

import assert from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import type { Executed, SimulatedBed } from './bed.ts'

/** Throws unless secrets went where they belong, and nowhere else, in everything that a test ran. */
export function assertNoLeak(bed: LeakingBed, runs: readonly Executed[]): void {
  assert.deepEqual(leaksOf(bed, runs), [])
}

type LeakingBed = Pick<SimulatedBed, 'hs' | 'operator' | 'dataDir'>

/** What leaked, in words. With `retold` the bot said a password where anybody reads it, so it may stand in a notice. */
export function leaksOf(bed: LeakingBed, runs: readonly Executed[], retold = false): string[] {
  const { hs, operator } = bed
  const log = `${bed.dataDir}/logs/admin-audit.log`
  const audit = existsSync(log) ? readFileSync(log, 'utf8') : ''
  const told = runs.map((run) => [...run.args, run.stderr].join('\n')).join('\n')
  const secrets = hs.secrets().filter((secret) => secret.length > 3)
  const own = [operator.token, operator.password].filter((secret) => secret !== '')
  const holds = (text: string, some: readonly string[]) => some.some((secret) => text.includes(secret))
  const leaks: [string, boolean][] = [
    ['a password or token is in arguments, errors or notices', holds(told, retold ? own : secrets)],
    ['a password or token is in the audit log', holds(audit, secrets)],
    ["the operator's own token or password was printed", runs.some(({ stdout }) => holds(stdout, own))],
    ['the token travelled outside of the Authorization header', hs.requests.some(isAstray)],
  ]
  return leaks.flatMap(([leak, is]) => (is ? [leak] : []))

  function isAstray({ path, headers, body }: (typeof hs.requests)[number]): boolean {
    const { authorization: _, ...others } = headers
    const text = `${path}\n${JSON.stringify(others)}\n${JSON.stringify(body) ?? ''}`
    return operator.token !== '' && text.includes(operator.token)
  }
}

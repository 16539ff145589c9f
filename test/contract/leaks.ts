import assert from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import type { Executed, SimulatedBed } from './bed.ts'

/** Throws unless secrets went where they belong, and nowhere else, in everything that a test ran. */
export function assertNoLeak(bed: SimulatedBed, runs: readonly Executed[]): void {
  const { hs, operator } = bed
  const log = `${bed.dataDir}/logs/admin-audit.log`
  const audit = existsSync(log) ? readFileSync(log, 'utf8') : ''
  const told = runs.map((run) => [...run.args, run.stderr].join('\n')).join('\n')
  const secrets = hs.secrets().filter((secret) => secret.length > 3)
  const holds = (text: string) => secrets.filter((secret) => text.includes(secret)).length
  assert.equal(holds(told), 0, 'a password or token is in arguments, errors or notices')
  assert.equal(holds(audit), 0, 'a password or token is in the audit log')
  const own = [operator.token, operator.password].filter((secret) => secret !== '')
  const printed = runs.filter(({ stdout }) => own.some((secret) => stdout.includes(secret)))
  assert.equal(printed.length, 0, "the operator's own token or password was printed")
  assert.equal(hs.requests.filter(isAstray).length, 0, 'the token travelled outside of the Authorization header')

  function isAstray({ path, headers, body }: (typeof hs.requests)[number]): boolean {
    const { authorization: _, ...others } = headers
    const text = `${path}\n${JSON.stringify(others)}\n${JSON.stringify(body) ?? ''}`
    return operator.token !== '' && text.includes(operator.token)
  }
}

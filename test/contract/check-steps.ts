import type { Test } from 'tap'
import type { SimulatedBed } from './bed.ts'

interface Row {
  step: string
  status: string
  detail: string
  fix?: string
}

async function check(
  bed: SimulatedBed,
  env: Record<string, string | undefined> = {},
): Promise<{ code: number | null; rows: Row[] }> {
  const { code, stdout } = await bed.runWith({ env }, 'check', '--json')
  return { code, rows: JSON.parse(stdout) }
}

/** Asserts that exactly one step failed, and gives what fixes it. */
export async function failsAt(
  t: Test,
  bed: SimulatedBed,
  step: string,
  detail: RegExp,
  env?: Record<string, string | undefined>,
): Promise<string> {
  const { code, rows } = await check(bed, env)
  const failed = rows.filter(({ status }) => status === 'failed')
  t.equal(code, 2)
  t.strictSame(
    failed.map((row) => row.step),
    [step],
    'one cause, one failure',
  )
  t.match(failed[0]?.detail, detail)
  return failed[0]?.fix ?? ''
}

/** Asserts that no step fails. */
export async function isWell(t: Test, bed: SimulatedBed, env?: Record<string, string | undefined>): Promise<void> {
  const { code, rows } = await check(bed, env)
  t.strictSame([code, rows.filter(({ status }) => status === 'failed')], [0, []], 'the fix makes it pass')
}

import { asUserError, InterruptedError, OutputError } from '../errors.ts'

/** What a step of the diagnosis found. */
export interface Finding {
  status: 'ok' | 'failed' | 'skipped'
  detail: string
  /** How to fix a failure. */
  fix?: string
}

/** One step. It stores what it found out for later steps in `Known`. */
export interface Step<Known> {
  name: string
  /** Names of the steps that must succeed first. */
  needs?: readonly string[]
  /** An error that any command would end with is a failure of the step. */
  run(known: Known): Promise<Finding>
}

export interface Report extends Finding {
  step: string
}

export const ok = (detail: string): Finding => ({ status: 'ok', detail })
export const failed = (detail: string, fix: string): Finding => ({ status: 'failed', detail, fix })
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail })

/** Runs the steps in order and gives each finding as it comes. One cause is one failure: what depends on a failed step is skipped, and names it. */
export async function runSteps<Known>(
  steps: readonly Step<Known>[],
  known: Known,
  onReport: (report: Report) => Promise<void>,
): Promise<Report[]> {
  const reports: Report[] = []
  const causes = new Map<string, string>()
  for (const { name, needs = [], run } of steps) {
    const missing = needs.find((need) => reports.some(({ step, status }) => step === need && status !== 'ok'))
    const cause = missing === undefined ? undefined : (causes.get(missing) ?? missing)
    if (cause !== undefined) causes.set(name, cause)
    const finding = cause === undefined ? await run(known).catch(failure) : skipped(`needs "${cause}" to be ok`)
    const report = { step: name, ...finding }
    reports.push(report)
    await onReport(report)
  }
  return reports
}

function failure(error: unknown): Finding {
  const shown = asUserError(error)
  if (shown === undefined || shown instanceof InterruptedError || shown instanceof OutputError) throw error
  return failed(shown.message, shown.hint ?? 'resolve what the message names')
}

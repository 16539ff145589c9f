import type { SimulatedBed } from './bed.ts'

/** Accounts to make: pupil0, pupil1, … */
export const names = (count: number) => Array.from({ length: count }, (_, number) => `pupil${number}`)

/** The replies of a batch by the account above each. */
export function repliesOf(stdout: string): Map<string, string> {
  const parts = stdout.split(/^(@[^:\n]+:home\.test):\n/m)
  return new Map(parts.slice(1).flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 2] ?? '']] : [])))
}

/** Creates accounts as a run does that is killed before it has read the replies. */
export async function leaveUnread({ hs, operator }: SimulatedBed, ...created: string[]): Promise<void> {
  for (const name of created) hs.post(operator.mxid, `!admin users create-user ${name}`)
  await hs.idle()
}

import { type RunOptions, runBinary } from '../contract/binary.ts'

/** What one command printed with --json. */
export interface Told {
  event_id: string
  reply: string
  command: string
}

export interface Tally {
  processes: number
  commands: number
  /** Commands without a reply. */
  lost: number
  /** Replies that are not the bot's answer to that very command. */
  crossed: number
}

export const none = (): Tally => ({ processes: 0, commands: 0, lost: 0, crossed: 0 })

/**
 * Runs one process, which is to print the JSON of `expected` commands, and compares each reply with what the bot answered
 * to that event. `answerTo` gives it; undefined if it answered nothing.
 */
export async function runAndCompare(
  tally: Tally,
  env: Record<string, string>,
  args: string[],
  expected: number,
  answerTo: (eventId: string) => string | undefined | Promise<string | undefined>,
  options: Pick<RunOptions, 'input' | 'started'> = {},
): Promise<void> {
  const { stdout, stderr } = await runBinary(args, { env, ...options })
  tally.processes += 1
  tally.commands += expected
  const told = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Told)
  tally.lost += expected - told.length
  if (told.length < expected) console.error(stderr)
  for (const { event_id, reply } of told) if ((await answerTo(event_id)) !== reply) tally.crossed += 1
}

/** Prints the figures; false if anything was lost or crossed. */
export function report(name: string, tally: Tally, expected: number, began: number): boolean {
  const seconds = Number(((Date.now() - began) / 1000).toFixed(1))
  console.table({ [name]: { ...tally, seconds } })
  return tally.lost === 0 && tally.crossed === 0 && tally.commands >= expected
}

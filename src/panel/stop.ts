import type { Commands } from './commands.ts'
import type { Connections } from './connections.ts'

/** ms that what is under way may take, and what is left of it to say how it ended. */
const limits = { longest: 38_000, last: 2000 }

/**
 * Ends what is running: requests, and commands whose browser has gone. Resolves when all is done, at
 * the latest after 40 s; commands that take so long are interrupted.
 */
export async function stop(
  connections: Connections,
  commands: Pick<Commands, 'settled' | 'interrupt'>,
  { longest, last } = limits,
): Promise<void> {
  const done = Promise.all([connections.end(), commands.settled()])
  if (!(await isDoneIn(longest, done))) {
    commands.interrupt()
    await isDoneIn(last, done)
  }
  connections.drop()
}

async function isDoneIn(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer))
}

import type { Connections } from './connections.ts'

/** ms */
export const longestStop = 40_000

/**
 * Ends what is under way: requests, and works that go on although their browser has gone. Resolves when all is done, at
 * the latest after `most` ms.
 */
export async function stop(connections: Connections, works: ReadonlySet<Promise<unknown>>, most = longestStop) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, most)
  })
  await Promise.race([Promise.all([connections.end(), Promise.allSettled(works)]), late])
  clearTimeout(timer)
  connections.drop()
}

/** Does something for each item, `count` at a time. Gives the results in the order of the items; throws the first failure and starts nothing after it. */
export async function inFlight<Item, Result>(
  items: readonly Item[],
  count: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const entries = items.entries()
  const worker = async (): Promise<void> => {
    for (const [at, item] of entries) results[at] = await work(item)
  }
  const end = () => void [...entries]
  await Promise.all(
    Array.from({ length: count }, () =>
      worker().catch((error) => {
        end()
        throw error
      }),
    ),
  )
  return results
}

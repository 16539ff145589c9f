/**
 * Does one piece of work at a time, those of the first lane first: however many wait in the others, they do not keep it
 * waiting for longer than one takes.
 */
export class PasswordTurns<Name extends string> {
  readonly #lanes: ReadonlyMap<Name, { most: number; waiting: (() => void)[] }>
  #busy = false

  /** How many may wait in each lane; the first lanes go first. */
  constructor(lanes: Readonly<Record<Name, number>>) {
    const entries = Object.entries(lanes) as [Name, number][]
    this.#lanes = new Map(entries.map(([name, most]) => [name, { most, waiting: [] }]))
  }

  /** What the work gives; undefined, without doing it, where too many wait in that lane. */
  async take<T>(lane: Name, work: () => Promise<T>): Promise<T | undefined> {
    const own = this.#lanes.get(lane)
    if (own === undefined || own.waiting.length >= own.most) return undefined
    if (this.#busy) await new Promise<void>((resolve) => own.waiting.push(resolve))
    this.#busy = true
    try {
      return await work()
    } finally {
      const next = [...this.#lanes.values()].find(({ waiting }) => waiting.length > 0)?.waiting.shift()
      if (next === undefined) this.#busy = false
      else next()
    }
  }
}

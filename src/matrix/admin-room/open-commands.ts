/** The commands that wait for their reply. Those open at a time are a run of all that were posted, so no list is ever copied. */
export class OpenCommands {
  readonly #ours: ReadonlySet<string>
  readonly #all: string[] = []
  readonly #places = new Map<string, number>()
  /** By thread, the places of its commands, ascending; under undefined of those that may stand in any. */
  readonly #placesIn = new Map<string | undefined, number[]>()
  /** How many of the first commands are not ours. */
  readonly #foreign = [0]
  #start = 0

  constructor(ours: ReadonlySet<string>) {
    this.#ours = ours
  }

  get oldest(): string | undefined {
    return this.#all[this.#start]
  }

  /** `thread`: the root of its thread, which is itself where it stands in none; undefined where that was removed with its content. */
  add(id: string, thread: string | undefined): void {
    const place = this.#all.length
    this.#places.set(id, place)
    const inThread = this.#placesIn.get(thread)
    if (inThread) inThread.push(place)
    else this.#placesIn.set(thread, [place])
    this.#foreign.push((this.#foreign.at(-1) ?? 0) + (this.#ours.has(id) ? 0 : 1))
    this.#all.push(id)
  }

  /** Closes a command and all before it. */
  close(id: string): void {
    this.#start = Math.max(this.#start, this.place(id) + 1)
  }

  /** How many commands came before it; -1 for what is not a command that was read. */
  place(id: string): number {
    return this.#places.get(id) ?? -1
  }

  /** The oldest open command that stands in a thread, or may stand in it. */
  oldestIn(thread: string): string | undefined {
    const root = this.place(thread)
    const from = Math.max(this.#start, root)
    const known = firstFrom(this.#placesIn.get(thread), from)
    const possible = root < 0 ? Number.POSITIVE_INFINITY : firstFrom(this.#placesIn.get(undefined), from)
    return this.#all[Math.min(known, possible)]
  }

  /** The commands that are open now. `allOurs`: whether all of them are ours. */
  now(): { oldest: string | undefined; wasOpen(command: string): boolean; allOurs: boolean } {
    const [start, end] = [this.#start, this.#all.length]
    return {
      oldest: this.oldest,
      wasOpen: (command) => {
        const place = this.place(command)
        return place >= start && place < end
      },
      allOurs: this.#foreign[start] === this.#foreign[end],
    }
  }
}

/** The first of ascending numbers that is at least `from`; infinite without one. */
function firstFrom(ascending: readonly number[] = [], from: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return ascending[low] ?? Number.POSITIVE_INFINITY
}

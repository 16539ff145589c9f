/** The commands that wait for their reply. Those open at a time are a run of all that were posted, so no list is ever copied. */
export class OpenCommands {
  readonly #ours: ReadonlySet<string>
  readonly #all: { id: string; thread: string | undefined }[] = []
  readonly #places = new Map<string, number>()
  /** How many of the first commands are not ours. */
  readonly #foreign = [0]
  #start = 0

  constructor(ours: ReadonlySet<string>) {
    this.#ours = ours
  }

  get oldest(): string | undefined {
    return this.#all[this.#start]?.id
  }

  /** `thread`: the root of its thread, which is itself where it stands in none; undefined where that was removed with its content. */
  add(id: string, thread: string | undefined): void {
    this.#places.set(id, this.#all.length)
    this.#foreign.push((this.#foreign.at(-1) ?? 0) + (this.#ours.has(id) ? 0 : 1))
    this.#all.push({ id, thread })
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
    for (let at = Math.max(this.#start, root); at < this.#all.length; at++) {
      const command = this.#all[at]
      if (command && (command.thread === thread || (command.thread === undefined && root >= 0))) return command.id
    }
    return undefined
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

/** A list that is taken from at both ends, each in constant time on average: `shift` of an array moves all that is left. */
export class Deque<T> {
  #items: (T | undefined)[] = []
  /** How many at the beginning were taken. */
  #taken = 0

  get size(): number {
    return this.#items.length - this.#taken
  }

  get first(): T | undefined {
    return this.#items[this.#taken]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Takes the last; undefined if it is empty. */
  pop(): T | undefined {
    return this.size === 0 ? undefined : this.#items.pop()
  }

  /** Takes the first; undefined if it is empty. */
  shift(): T | undefined {
    if (this.size === 0) return undefined
    const { first } = this
    this.#items[this.#taken] = undefined
    this.#taken += 1
    if (this.#taken > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#taken)
      this.#taken = 0
    }
    return first
  }
}

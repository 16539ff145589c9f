/** How many wrong passwords are free, and the first and the longest lock-out after that, ms. */
export interface LockoutRules {
  free: number
  first: number
  longest: number
}

interface Failures {
  count: number
  last: number
  lockedUntil: number
}

/** ms without a wrong password after which the earlier ones are forgotten. */
const memory = 24 * 60 * 60 * 1000
const mostKeys = 10_000

/** Counts wrong passwords by key, and locks a key out that has too many: twice as long each time. */
export class Lockouts {
  readonly #rules: LockoutRules
  readonly #now: () => number
  readonly #byKey = new Map<string, Failures>()

  /** `now`: Unix ms. */
  constructor(rules: LockoutRules, now: () => number) {
    this.#rules = rules
    this.#now = now
  }

  /** ms until a key may try again; 0 or less: now. */
  waitOf(key: string): number {
    return (this.#byKey.get(key)?.lockedUntil ?? 0) - this.#now()
  }

  /** Counts a wrong password, and gives the ms of the lock-out that it leads to, or 0. */
  wrong(key: string): number {
    const { free, first, longest } = this.#rules
    const now = this.#now()
    const known = this.#byKey.get(key)
    const count = 1 + (known === undefined || now - known.last > memory ? 0 : known.count)
    const lockout = count < free ? 0 : Math.min(longest, first * 2 ** (count - free))
    this.#remember(key, { count, last: now, lockedUntil: now + lockout })
    return lockout
  }

  /** Takes back wrong passwords of a key, all of them or some, and gives how many. */
  forgive(key: string, most = Number.POSITIVE_INFINITY): number {
    const known = this.#byKey.get(key)
    if (known === undefined) return 0
    const forgiven = Math.min(most, known.count)
    if (forgiven === known.count) this.#byKey.delete(key)
    else this.#byKey.set(key, { ...known, count: known.count - forgiven })
    return forgiven
  }

  #remember(key: string, failures: Failures): void {
    // The one with the oldest failure goes first: a Map keeps the order of insertion.
    this.#byKey.delete(key)
    this.#byKey.set(key, failures)
    const [oldest] = this.#byKey.keys()
    if (this.#byKey.size > mostKeys && oldest !== undefined) this.#byKey.delete(oldest)
  }
}

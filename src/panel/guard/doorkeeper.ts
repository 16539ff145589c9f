import { isPassword, readPasswordHash } from '../password.ts'

/** Wrong passwords that an address has free, and the first and the longest time that it is locked out after that, ms. */
const freeTries = 5
const firstLockout = 10_000
const longestLockout = 15 * 60_000
const mostAddresses = 10_000

export type Answer =
  | { kind: 'right'; passwordHash: string }
  | { kind: 'wrong' }
  /** Nobody has set a password. */
  | { kind: 'closed' }
  | { kind: 'locked'; seconds: number }

/** Checks the panel's password, and locks out an address that guesses: twice as long each time. */
export class Doorkeeper {
  readonly #dataDir: string
  readonly #failures = new Map<string, { count: number; until: number }>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** The hash as it is now: the file is read anew each time. */
  get passwordHash(): string | undefined {
    return readPasswordHash(this.#dataDir)
  }

  /** One after another: scrypt takes 16 MB, and many guesses at once must not outrun the lock-out. */
  ask(address: string, password: string): Promise<Answer> {
    const answer = this.#last.then(() => this.#answer(address, password))
    this.#last = answer.catch(() => {})
    return answer
  }

  async #answer(address: string, password: string): Promise<Answer> {
    const { count = 0, until = 0 } = this.#failures.get(address) ?? {}
    const wait = until - Date.now()
    if (wait > 0) return { kind: 'locked', seconds: Math.ceil(wait / 1000) }
    const { passwordHash } = this
    if (passwordHash === undefined) return { kind: 'closed' }
    if (await isPassword(password, passwordHash)) {
      this.#failures.delete(address)
      return { kind: 'right', passwordHash }
    }
    const lockout = Math.min(longestLockout, firstLockout * 2 ** (count + 1 - freeTries))
    this.#remember(address, { count: count + 1, until: count + 1 < freeTries ? 0 : Date.now() + lockout })
    return { kind: 'wrong' }
  }

  #remember(address: string, failure: { count: number; until: number }): void {
    this.#failures.delete(address)
    this.#failures.set(address, failure)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > mostAddresses && oldest !== undefined) this.#failures.delete(oldest)
  }
}

import { isPassword, readPasswordHash } from '../../config/panel-password.ts'

/** Wrong passwords that an address has free, and the first and the longest time that it is locked out after that, ms. */
const freeTries = 5
const firstLockout = 10_000
const longestLockout = 15 * 60_000
const mostAddresses = 10_000
/** Checks that may wait: of strangers from outside, and of everybody. One takes 30 ms, on a phone 100. */
const mostStrangers = 24
const mostWaiting = 200

export type Answer =
  | { kind: 'right'; passwordHash: string }
  /** `lockout`: what the guess led to, ms. */
  | { kind: 'wrong'; lockout?: number }
  /** Nobody has set a password. */
  | { kind: 'closed' }
  | { kind: 'locked'; seconds: number }
  /** Too many checks are waiting, or nobody waits for the answer any more. Nothing was checked or counted. */
  | { kind: 'busy' }

/** Who wants a password checked. */
export interface Asker {
  address: string
  /** From outside and not logged in. However many there are, those who are logged in or on this machine get their turn. */
  isStranger: boolean
  /** Whether the client has gone away. */
  isGone(): boolean
}

/** Checks the panel's password, and locks out an address that guesses: twice as long each time. */
export class Doorkeeper {
  readonly #dataDir: string
  readonly #failures = new Map<string, { count: number; until: number }>()
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** The hash as it is now: the file is read anew each time. */
  get passwordHash(): string | undefined {
    return readPasswordHash(this.#dataDir)
  }

  /** One after another: scrypt takes 16 MB, and many guesses at once must not outrun the lock-out. */
  async ask(asker: Asker, password: string): Promise<Answer> {
    const locked = this.#locked(asker.address)
    if (locked !== undefined) return locked
    if (this.#waiting >= (asker.isStranger ? mostStrangers : mostWaiting)) return { kind: 'busy' }
    this.#waiting += 1
    const answer = this.#last.then(() => this.#answer(asker, password))
    this.#last = answer.catch(() => {})
    return answer.finally(() => {
      this.#waiting -= 1
    })
  }

  async #answer({ address, isGone }: Asker, password: string): Promise<Answer> {
    if (isGone()) return { kind: 'busy' }
    const locked = this.#locked(address)
    if (locked !== undefined) return locked
    const { passwordHash } = this
    if (passwordHash === undefined) return { kind: 'closed' }
    if (await isPassword(password, passwordHash)) {
      this.#failures.delete(address)
      return { kind: 'right', passwordHash }
    }
    return this.#wrong(address)
  }

  #locked(address: string): Answer | undefined {
    const wait = (this.#failures.get(address)?.until ?? 0) - Date.now()
    return wait > 0 ? { kind: 'locked', seconds: Math.ceil(wait / 1000) } : undefined
  }

  #wrong(address: string): Answer {
    const count = (this.#failures.get(address)?.count ?? 0) + 1
    const lockout = count < freeTries ? 0 : Math.min(longestLockout, firstLockout * 2 ** (count - freeTries))
    this.#remember(address, { count, until: lockout === 0 ? 0 : Date.now() + lockout })
    return lockout === 0 ? { kind: 'wrong' } : { kind: 'wrong', lockout }
  }

  #remember(address: string, failure: { count: number; until: number }): void {
    this.#failures.delete(address)
    this.#failures.set(address, failure)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > mostAddresses && oldest !== undefined) this.#failures.delete(oldest)
  }
}

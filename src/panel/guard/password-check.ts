import { isPassword, readPasswordHash } from '../../config/panel-password.ts'
import { type Asker, Guesses, type LockedOut, loopback } from './guesses.ts'
import { PasswordTurns } from './password-turns.ts'

export type Answer =
  | { kind: 'right'; passwordHash: string }
  /** `lockouts`: what the guess led to. */
  | { kind: 'wrong'; lockouts: LockedOut[] }
  /** No password is set. */
  | { kind: 'closed' }
  | { kind: 'locked'; seconds: number }
  /** Too many checks are waiting, or the client does not wait for the answer any more. Nothing was checked or counted. */
  | { kind: 'busy' }

/** Checks that may wait. One takes 30 ms, on a phone 100, and 16 MB: so they are done one after another. */
const lanes = { known: 200, here: 24, outside: 24 }

export interface PasswordCheckOptions {
  dataDir: string
  /** Effective user id. */
  userId: number | undefined
  /** Unix ms. */
  now(): number
}

/** Checks the panel's password for those who have guesses left. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions
  readonly #guesses: Guesses
  readonly #turns = new PasswordTurns(lanes)

  constructor(options: PasswordCheckOptions) {
    this.#options = options
    this.#guesses = new Guesses(options.now)
  }

  /** The hash as it is now: the file is read anew each time. */
  get passwordHash(): string | undefined {
    return readPasswordHash(this.#options.dataDir, this.#options.userId)
  }

  isLockedOut(asker: Asker): boolean {
    return this.#guesses.waitOf(asker) > 0
  }

  /** `isGone`: whether the client has gone away. */
  async ask(asker: Asker, password: string, isGone: () => boolean): Promise<Answer> {
    const answer =
      this.#locked(asker) ?? (await this.#turns.take(laneOf(asker), () => this.#check(asker, password, isGone)))
    return answer ?? { kind: 'busy' }
  }

  /** Many guesses at once must not outrun the lock-out: so it is asked for again when their turn has come. */
  async #check(asker: Asker, password: string, isGone: () => boolean): Promise<Answer> {
    if (isGone()) return { kind: 'busy' }
    const locked = this.#locked(asker)
    if (locked !== undefined) return locked
    const { passwordHash } = this
    if (passwordHash === undefined) return { kind: 'closed' }
    if (!(await isPassword(password, passwordHash))) return { kind: 'wrong', lockouts: this.#guesses.wrong(asker) }
    this.#guesses.right(asker)
    return { kind: 'right', passwordHash }
  }

  #locked(asker: Asker): Answer | undefined {
    const wait = this.#guesses.waitOf(asker)
    return wait > 0 ? { kind: 'locked', seconds: Math.ceil(wait / 1000) } : undefined
  }
}

function laneOf({ kind, id }: Asker): keyof typeof lanes {
  if (kind !== 'address') return 'known'
  return id === loopback ? 'here' : 'outside'
}

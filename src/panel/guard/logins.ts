import { randomBytes } from 'node:crypto'
import { sha256 } from './same-text.ts'

/** A login of a browser. */
export interface Login {
  /** Under which its wrong passwords are counted. */
  id: string
  /** Must come back with each form. */
  csrf: string
  /** Signs the ids of forms. */
  formKey: string
  /** The hash of the password that was right at login: a new password ends the login. */
  passwordHash: string
  /** Unix ms. */
  opened: number
  seen: number
  /** Ids of the forms that were sent, so that reloading a result does not do it again. */
  sent: Set<string>
}

/** ms after which a login ends whatever happens. */
const longestLogin = 12 * 60 * 60 * 1000
const mostLogins = 200

/** Logins of this run, in memory. */
export class Logins {
  readonly #byId = new Map<string, Login>()
  readonly #idleMs: number
  readonly #now: () => number

  /** `now`: Unix ms. */
  constructor(idleMs: number, now: () => number) {
    this.#idleMs = idleMs
    this.#now = now
  }

  /** Gives the id for the cookie: 32 random bytes. */
  open(passwordHash: string): string {
    const id = randomToken()
    const now = this.#now()
    const [key, csrf, formKey] = [keyOf(id), randomToken(), randomToken()]
    this.#byId.set(key, { id: key, csrf, formKey, passwordHash, opened: now, seen: now, sent: new Set() })
    // The oldest go first: a Map keeps the order of insertion.
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= mostLogins) break
      this.#byId.delete(oldest)
    }
    return id
  }

  /** The login of a cookie, if it has not ended; being asked for keeps it awake. */
  find(id: string | undefined, passwordHash: string | undefined): Login | undefined {
    const key = keyOf(id ?? '')
    const login = this.#byId.get(key)
    if (login === undefined) return undefined
    const now = this.#now()
    const over = now - login.seen > this.#idleMs || now - login.opened > longestLogin
    if (over || login.passwordHash !== passwordHash) {
      this.#byId.delete(key)
      return undefined
    }
    login.seen = now
    return login
  }

  close(id: string | undefined): void {
    this.#byId.delete(keyOf(id ?? ''))
  }
}

/** 32 random bytes. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

function keyOf(id: string): string {
  return sha256(id).toString('hex')
}

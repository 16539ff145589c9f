import { createHmac, randomBytes } from 'node:crypto'
import { sameText, sha256 } from './same-text.ts'

/** Somebody who is logged in. */
export interface Session {
  /** Under which its wrong passwords are counted. */
  id: string
  /** Must come back with each form. */
  csrf: string
  /** Signs the ids of forms. */
  formKey: string
  /** The hash of the password that was right at login: a new password ends the session. */
  passwordHash: string
  /** Unix ms. */
  opened: number
  seen: number
  /** Ids of the forms that were sent, so that reloading a result does not do it again. */
  sent: Set<string>
}

/** ms after which a login ends whatever happens. */
const longestSession = 12 * 60 * 60 * 1000
const mostSessions = 200
const mostForms = 1000

/** Logins of this run, in memory. */
export class Sessions {
  readonly #byId = new Map<string, Session>()
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
      if (this.#byId.size <= mostSessions) break
      this.#byId.delete(oldest)
    }
    return id
  }

  /** The session of a cookie, if it has not ended; being asked for keeps it awake. */
  find(id: string | undefined, passwordHash: string | undefined): Session | undefined {
    const key = keyOf(id ?? '')
    const session = this.#byId.get(key)
    if (session === undefined) return undefined
    const now = this.#now()
    const over = now - session.seen > this.#idleMs || now - session.opened > longestSession
    if (over || session.passwordHash !== passwordHash) {
      this.#byId.delete(key)
      return undefined
    }
    session.seen = now
    return session
  }

  close(id: string | undefined): void {
    this.#byId.delete(keyOf(id ?? ''))
  }
}

/** A fresh id for a form of one action: it is taken once, and for no other action. */
export function formId(session: Session, action: string): string {
  return signed(session, action, randomToken())
}

/** Whether the id of a form was made for that action, in this login. */
export function isFormOf(session: Session, action: string, form: string): boolean {
  const [random = ''] = form.split('.')
  return sameText(form, signed(session, action, random))
}

/** Notes that a form was sent; false if it had been sent before. */
export function sendOnce({ sent }: Session, form: string): boolean {
  if (sent.has(form)) return false
  sent.add(form)
  // The oldest go first: a Set keeps the order of insertion.
  for (const id of sent) {
    if (sent.size <= mostForms) break
    sent.delete(id)
  }
  return true
}

function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

function signed({ formKey }: Session, action: string, random: string): string {
  return `${random}.${createHmac('sha256', formKey).update(`${action} ${random}`).digest('base64url')}`
}

function keyOf(id: string): string {
  return sha256(id).toString('hex')
}

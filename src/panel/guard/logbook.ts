import { type AuditEntry, appendAudit } from '../../audit/write.ts'
import type { Visitor } from './address.ts'
import type { LockedOut } from './guesses.ts'

/** Lock-outs an hour that are recorded: somebody who guesses from everywhere must not fill the disk. */
const mostLockouts = 100
const hour = 3_600_000

const who: Record<LockedOut['whom'], string> = {
  login: 'this login is',
  device: 'this browser is',
  address: 'this address is',
  everyone: 'all unknown browsers from outside are',
}

/**
 * Puts logins and lock-outs into the audit log. They are of the panel's one password, so `user` is empty. What cannot be
 * written is a warning: a full card must not keep anyone from logging in.
 */
export class Logbook {
  readonly #dataDir: string
  readonly #warn: (text: string) => void
  readonly #now: () => number
  #lockouts = { since: 0, count: 0 }

  /** `now`: Unix ms. */
  constructor(dataDir: string, warn: (text: string) => void, now: () => number) {
    this.#dataDir = dataDir
    this.#warn = warn
    this.#now = now
  }

  loggedIn(visitor: Visitor): void {
    this.#write(visitor, { action: 'panel-login', op: 'login', rc: 0, outcome: 'logged in' })
  }

  /** Once for each lock-out, not for each guess. */
  lockedOut(visitor: Visitor, { whom, ms }: LockedOut): void {
    const now = this.#now()
    if (now - this.#lockouts.since > hour) this.#lockouts = { since: now, count: 0 }
    this.#lockouts.count += 1
    if (this.#lockouts.count > mostLockouts) return
    const last = this.#lockouts.count === mostLockouts ? '; more of this hour are not recorded' : ''
    const outcome = `wrong passwords: ${who[whom]} locked out for ${ms / 1000} s${last}`
    this.#write(visitor, { action: 'panel-lockout', op: 'lock-out', rc: 2, outcome })
  }

  #write({ ip, ua }: Visitor, entry: Pick<AuditEntry, 'action' | 'op' | 'rc' | 'outcome'>): void {
    const { action, op, ...result } = entry
    try {
      const line: AuditEntry = { user: '', ip, ua, action, op, target: 'panel', ...result, source: 'panel' }
      appendAudit(this.#dataDir, line, new Date(this.#now()))
    } catch (error) {
      this.#warn(`a ${op} of the panel is not recorded in the audit log: ${(error as Error).message}`)
    }
  }
}

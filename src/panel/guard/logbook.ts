import { type AuditEntry, appendAudit } from '../../audit/write.ts'
import type { Visitor } from '../commands.ts'
import type { LockedOut } from './guesses.ts'

/** Lock-outs per hour that are recorded: guesses from many addresses must not fill the disk. */
const mostLockouts = 100
const hour = 3_600_000

const who: Record<LockedOut['whom'], string> = {
  login: 'this login is',
  device: 'this browser is',
  address: 'this address is',
  everyone: 'all unknown browsers from outside are',
}

export interface LogbookOptions {
  dataDir: string
  /** Effective user id. */
  userId: number | undefined
  warn(text: string): void
  /** Unix ms. */
  now(): number
}

/**
 * Puts logins and lock-outs into the audit log. They are of the panel's one password, so `user` is empty. What cannot be
 * written is a warning: a full disk must not prevent a login.
 */
export class Logbook {
  readonly #options: LogbookOptions
  #lockouts = { since: 0, count: 0 }

  constructor(options: LogbookOptions) {
    this.#options = options
  }

  loggedIn(visitor: Visitor): void {
    this.#write(visitor, { action: 'panel-login', op: 'login', rc: 0, outcome: 'logged in' })
  }

  /** Once for each lock-out, not for each guess. */
  lockedOut(visitor: Visitor, { whom, ms }: LockedOut): void {
    const now = this.#options.now()
    if (now - this.#lockouts.since > hour) this.#lockouts = { since: now, count: 0 }
    this.#lockouts.count += 1
    if (this.#lockouts.count > mostLockouts) return
    const last = this.#lockouts.count === mostLockouts ? '; more of this hour are not recorded' : ''
    const outcome = `wrong passwords: ${who[whom]} locked out for ${ms / 1000} s${last}`
    this.#write(visitor, { action: 'panel-lockout', op: 'lock-out', rc: 2, outcome })
  }

  #write({ ip, ua }: Visitor, entry: Pick<AuditEntry, 'action' | 'op' | 'rc' | 'outcome'>): void {
    const { action, op, ...result } = entry
    const { dataDir, userId, warn, now } = this.#options
    try {
      const line: AuditEntry = { user: '', ip, ua, action, op, target: 'panel', ...result, source: 'panel' }
      appendAudit(dataDir, line, new Date(now()), userId)
    } catch (error) {
      warn(`a ${op} of the panel is not recorded in the audit log: ${(error as Error).message}`)
    }
  }
}

import { Lockouts } from './lockouts.ts'

/** Who wants a password checked, and so with whose wrong passwords this one counts. */
export interface Asker {
  /** A session that is logged in; a browser that has logged in before; else all who come from one address. */
  kind: 'login' | 'device' | 'address'
  id: string
}

/** A lock-out that a wrong password led to. */
export interface LockedOut {
  whom: Asker['kind'] | 'everyone'
  /** How long it lasts. */
  ms: number
}

const minute = 60_000
const ofOne = { free: 5, first: 10_000, longest: 15 * minute }
const ofEveryone = { free: 50, first: minute, longest: 15 * minute }
const everyone = ''

/** The address of everyone on this machine. */
export const loopback = 'loopback'

/**
 * How many wrong passwords are left to whom. Logins and known browsers have allowances of their own, which the failures of
 * others do not touch (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Strangers from outside have one
 * together besides that of their address, since an address costs an attacker nothing. Those on this machine are one
 * address already: guesses from outside do not keep out who comes through a tunnel.
 */
export class Guesses {
  readonly #of: Record<LockedOut['whom'], Lockouts>

  /** `now`: Unix ms. */
  constructor(now: () => number) {
    const own = () => new Lockouts(ofOne, now)
    this.#of = { login: own(), device: own(), address: own(), everyone: new Lockouts(ofEveryone, now) }
  }

  /** ms until the asker may try again; 0 or less: now. */
  waitOf({ kind, id }: Asker): number {
    const own = this.#of[kind].waitOf(id)
    return isOutside({ kind, id }) ? Math.max(own, this.#of.everyone.waitOf(everyone)) : own
  }

  /** Counts a wrong password, and gives the lock-outs that it leads to. */
  wrong(asker: Asker): LockedOut[] {
    const counted: [LockedOut['whom'], string][] = [[asker.kind, asker.id]]
    if (isOutside(asker)) counted.push(['everyone', everyone])
    return counted.map(([whom, id]) => ({ whom, ms: this.#of[whom].wrong(id) })).filter(({ ms }) => ms > 0)
  }

  /** A visitor who knows the password has not been guessing. */
  right(asker: Asker): void {
    const forgiven = this.#of[asker.kind].forgive(asker.id)
    if (isOutside(asker)) this.#of.everyone.forgive(everyone, forgiven)
  }
}

function isOutside({ kind, id }: Asker): boolean {
  return kind === 'address' && id !== loopback
}

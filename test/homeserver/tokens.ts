import { randomText } from './ids.ts'
import type { Secrets } from './secrets.ts'

export interface RegistrationToken {
  token: string
  /** Undefined: as often as you like. */
  usesAllowed?: number
  uses: number
  /** Unix ms; undefined: never. */
  expires?: number
  createdBy?: string
  /** Set by the operator in the server's configuration; nobody can revoke it. */
  fixed?: true
}

export interface Terms {
  token?: string
  usesAllowed?: number
  expires?: number
  createdBy?: string
  fixed?: true
}

/** Registration tokens, with what is left of their life. */
export class RegistrationTokens {
  readonly all = new Map<string, RegistrationToken>()
  readonly #secrets: Secrets

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  issue({ token = randomText(16), ...terms }: Terms): RegistrationToken {
    const issued = { token, uses: 0, ...terms }
    this.all.set(token, issued)
    this.#secrets.add(token)
    return issued
  }

  valid(token: string): boolean {
    const known = this.all.get(token)
    return known !== undefined && alive(known)
  }

  /** Tokens that still work: continuwuity forgets the others. */
  alive(): RegistrationToken[] {
    return [...this.all.values()].filter(alive)
  }

  spend(token: string): void {
    const known = this.all.get(token)
    if (known) known.uses += 1
  }

  /** False where there is no such token, where it has ended, or where it is the configured one. */
  revoke(token: string): boolean {
    const known = this.all.get(token)
    return known !== undefined && !known.fixed && alive(known) && this.all.delete(token)
  }
}

function alive({ usesAllowed, uses, expires }: RegistrationToken): boolean {
  return (usesAllowed === undefined || uses < usesAllowed) && (expires === undefined || Date.now() < expires)
}

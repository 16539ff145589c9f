import type { PanelContext } from '../env.ts'
import { isProxied, networkOf, type Visitor, visitorOf } from './address.ts'
import { type Answer, Doorkeeper } from './doorkeeper.ts'
import { Logbook } from './logbook.ts'

/** How a password that was not taken is told: the status of the page, what it says, and when to come back. */
export interface Refusal {
  status: 403 | 429 | 503
  reason: string
  headers: Record<string, string>
}

/** s. All checks that may wait are done in less. */
const busyPause = 5

export interface GateOptions {
  dataDir: string
  adminHost: string | undefined
  warn(text: string): void
}

/** Has the password of a form checked, and puts lock-outs and logins on record. */
export class Gate {
  readonly #options: GateOptions
  readonly #doorkeeper: Doorkeeper
  readonly #logbook: Logbook

  constructor(options: GateOptions) {
    this.#options = options
    this.#doorkeeper = new Doorkeeper(options.dataDir)
    this.#logbook = new Logbook(options.dataDir, options.warn)
  }

  get passwordHash(): string | undefined {
    return this.#doorkeeper.passwordHash
  }

  /** For the login: recorded where it is right. */
  async logIn(c: PanelContext): Promise<Answer> {
    const answer = await this.#ask(c, isProxied(c, this.#options.adminHost))
    if (answer.kind === 'right') this.#logbook.loggedIn(this.visitor(c))
    return answer
  }

  /** For a form of somebody who is logged in. */
  confirm(c: PanelContext): Promise<Answer> {
    return this.#ask(c, false)
  }

  visitor(c: PanelContext): Visitor {
    return visitorOf(c, this.#options.adminHost)
  }

  async #ask(c: PanelContext, isStranger: boolean): Promise<Answer> {
    const visitor = this.visitor(c)
    const { socket } = c.env.incoming
    const asker = { address: networkOf(visitor.ip), isStranger, isGone: () => socket.destroyed }
    const answer = await this.#doorkeeper.ask(asker, c.get('field')('password'))
    if (answer.kind === 'wrong' && answer.lockout !== undefined) this.#logbook.lockedOut(visitor, answer.lockout)
    return answer
  }
}

export function refusalOf(answer: Exclude<Answer, { kind: 'right' }>): Refusal {
  switch (answer.kind) {
    case 'wrong':
      return { status: 403, reason: 'the password is wrong', headers: {} }
    case 'closed':
      return { status: 403, reason: 'no password is set', headers: {} }
    case 'locked':
      return late(429, `too many wrong passwords: try again in ${answer.seconds} s`, answer.seconds)
    case 'busy':
      return late(503, 'too many passwords are being checked: try again in a few seconds', busyPause)
  }
}

function late(status: 429 | 503, reason: string, seconds: number): Refusal {
  return { status, reason, headers: { 'retry-after': String(seconds) } }
}

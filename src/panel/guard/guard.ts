import type { Visitor } from '../commands.ts'
import type { PanelContext } from '../panel-context.ts'
import type { Cookies } from './cookies.ts'
import { deviceOf } from './device-cookie.ts'
import { type Asker, loopback } from './guesses.ts'
import { Logbook } from './logbook.ts'
import { networkOf } from './network.ts'
import { type Answer, PasswordCheck } from './password-check.ts'
import { isAdminHost } from './same-origin.ts'
import { visitorOf } from './visitor.ts'

/** The page for a password that was refused: its status, its text, and when to try again. */
export interface Refusal {
  status: 403 | 429 | 503
  reason: string
  headers: Record<string, string>
}

/** s. All checks that may wait are done in less. */
const busyPause = 5

export interface GuardOptions {
  dataDir: string
  userId: number | undefined
  /** The name under which a reverse proxy offers the panel. */
  adminHost: string | undefined
  /** What the reverse proxy sends with each request. */
  proxySecret: string | undefined
  warn(text: string): void
  /** Unix ms. */
  now(): number
}

/** Has the password of a form checked, and records lock-outs and logins. */
export class Guard {
  readonly #options: GuardOptions
  readonly #cookies: Cookies
  readonly #check: PasswordCheck
  readonly #logbook: Logbook

  constructor(options: GuardOptions, cookies: Cookies) {
    this.#options = options
    this.#cookies = cookies
    this.#check = new PasswordCheck(options)
    this.#logbook = new Logbook(options)
  }

  get passwordHash(): string | undefined {
    return this.#check.passwordHash
  }

  /** For the login: recorded where it is right. */
  async logIn(c: PanelContext): Promise<Answer> {
    const answer = await this.#ask(c, this.#device(c) ?? this.#stranger(c))
    if (answer.kind === 'right') this.#logbook.loggedIn(this.visitor(c))
    return answer
  }

  /** For a form of a login. */
  confirm(c: PanelContext): Promise<Answer> {
    return this.#ask(c, { kind: 'login', id: c.get('login').id })
  }

  visitor(c: PanelContext): Visitor {
    return visitorOf(c, this.#options.proxySecret)
  }

  /** A browser that has logged in before; once it is locked out, it is a stranger like any other. */
  #device(c: PanelContext): Asker | undefined {
    const { passwordHash } = this
    const id = passwordHash && deviceOf(this.#cookies.device(c), passwordHash, this.#options.now())
    const device: Asker | undefined = id ? { kind: 'device', id } : undefined
    return device === undefined || this.#check.isLockedOut(device) ? undefined : device
  }

  /** A visitor through a proxy that does not prove itself counts as outside, although the connection comes from this machine. */
  #stranger(c: PanelContext): Asker {
    const id = networkOf(this.visitor(c).ip)
    const isProxied = id === loopback && isAdminHost(c.req.header('host'), this.#options.adminHost)
    return { kind: 'address', id: isProxied ? 'proxy' : id }
  }

  async #ask(c: PanelContext, asker: Asker): Promise<Answer> {
    const { socket } = c.env.incoming
    const answer = await this.#check.ask(asker, c.get('field')('password'), () => socket.destroyed)
    if (answer.kind === 'wrong')
      for (const lockout of answer.lockouts) this.#logbook.lockedOut(this.visitor(c), lockout)
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

import { randomUUID } from 'node:crypto'
import { InterruptedError } from '../errors.ts'
import type { AuthClient } from '../matrix/auth-client.ts'
import { ForeignResponseError, MatrixError, UnreachableError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import { candidates } from './password-words.ts'

/** The result of looking for a password in a reply. */
export interface Recognised {
  /** undefined: no word of the reply logs in, or logging in is refused. */
  password: string | undefined
  /** Logins tried. */
  tried: number
  /** Why logging in was refused for another reason than a wrong password. */
  refused?: string
  /** The check's session could not be ended. */
  leftBehind?: true
}

/** Logins tried for one password at most: each wrong one counts against the account on servers that limit logins. */
const mostTries = 4
/** Words of earlier replies that are remembered: 10,000 replies of a real server have half as many. */
const mostSeen = 100_000
/** How often a session is asked to end. */
const logoutTries = 3

/** Recognises the passwords in the replies of one run: each by one login. No reply's wording is read. */
export class PasswordFinder {
  readonly #auth: AuthClient
  readonly #serverName: string
  /** Words that stood in an earlier reply are the server's wording, or another account's. */
  readonly #seen = new Set<string>()
  #refused: string | undefined

  constructor(auth: AuthClient, serverName: string) {
    this.#auth = auth
    this.#serverName = serverName
  }

  /**
   * The password of `mxid` in the reply to its creation or reset: the word with which a login succeeds. The session is ended at once.
   * Throws only InterruptedError. After the server has refused logins in general, none is tried.
   */
  async find(mxid: string, reply: string, limits: Limits): Promise<Recognised> {
    if (this.#refused !== undefined) return { password: undefined, tried: 0, refused: this.#refused }
    const words = candidates(reply, this.#serverName, this.#seen, mostTries)
    let tried = 0
    for (const word of words.chosen) {
      tried += 1
      const answer = await this.#tryWord(mxid, word, limits)
      if (answer === 'wrong') continue
      this.#remember(words.all)
      return { tried, ...answer }
    }
    this.#remember(words.all)
    return { password: undefined, tried }
  }

  #remember(words: ReadonlySet<string>): void {
    if (this.#seen.size < mostSeen) for (const word of words) this.#seen.add(word)
  }

  async #tryWord(mxid: string, word: string, limits: Limits): Promise<Omit<Recognised, 'tried'> | 'wrong'> {
    try {
      const token = await this.#login(mxid, word, limits)
      const ended = await endSession(this.#auth, token, limits)
      return { password: word, ...(ended ? {} : { leftBehind: true }) }
    } catch (error) {
      if (error instanceof InterruptedError) throw error
      if (error instanceof MatrixError && error.status === 403 && error.errcode === 'M_FORBIDDEN') return 'wrong'
      if (error instanceof MatrixError && error.errcode === 'M_LIMIT_EXCEEDED')
        this.#refused = 'the server limits logins'
      return { password: undefined, refused: this.#refused ?? reasonOf(error) }
    }
  }

  /** A login whose answer was lost is repeated on the same device, so that no session remains whose token is unknown. */
  async #login(mxid: string, password: string, limits: Limits): Promise<string> {
    const device = { device_id: `CHECK-${randomUUID()}`, initial_device_display_name: 'matrix-users: password check' }
    const login = async () => (await this.#auth.login(mxid, password, limits, device)).token
    return login().catch((error) => {
      const lost = error instanceof ForeignResponseError || (error instanceof UnreachableError && error.reached)
      if (!lost || Date.now() >= limits.deadline) throw error
      return login()
    })
  }
}

/** Ends a session by its own token. Gives whether it ended, which is also so where the server no longer knows the token. */
async function endSession(auth: AuthClient, token: string, limits: Limits): Promise<boolean> {
  for (let tries = 1; tries <= logoutTries; tries += 1) {
    try {
      await auth.logout({ ...limits, deadline: Math.max(limits.deadline, Date.now() + 1000) }, token)
      return true
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN') return true
    }
  }
  return false
}

function reasonOf(error: unknown): string {
  if (!(error instanceof MatrixError)) return 'the server did not answer the login'
  switch (error.errcode) {
    case 'M_USER_LOCKED':
      return 'the account is locked'
    case 'M_USER_DEACTIVATED':
      return 'the account is deactivated'
    default:
      return `the server refuses the login (${error.status} ${error.errcode})`
  }
}

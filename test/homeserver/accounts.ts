import { Failure } from './failure.ts'
import { pick, randomText } from './ids.ts'
import type { Secrets } from './secrets.ts'

export interface Account {
  localpart: string
  mxid: string
  displayName: string
  password: string
  suspended: boolean
  locked: boolean
  deactivated: boolean
  /** Whether it is in the admin room: nothing else makes an admin. */
  readonly admin: boolean
  /** Device id by access token. */
  devices: Map<string, string>
  /** By device id, what a client called its device when it logged in. */
  readonly deviceNames: Map<string, string>
}

export interface Session {
  account: Account
  token: string
  deviceId: string
}

/** The accounts of this server, the bot's own among them, and their access tokens. */
export class Accounts {
  readonly all = new Map<string, Account>()
  readonly #serverName: string
  readonly #isAdmin: (mxid: string) => boolean
  readonly #secrets: Secrets
  readonly #byToken = new Map<string, Session>()

  constructor(serverName: string, isAdmin: (mxid: string) => boolean, secrets: Secrets) {
    this.#serverName = serverName
    this.#isAdmin = isAdmin
    this.#secrets = secrets
  }

  add(localpart: string, given: Partial<Omit<Account, 'admin' | 'mxid' | 'localpart'>> = {}): Account {
    const mxid = `@${localpart}:${this.#serverName}`
    const isAdmin = this.#isAdmin
    const account: Account = {
      localpart,
      mxid,
      displayName: `${localpart} ${pick(['🏳️‍⚧️', '🌿', '☂️'])}`,
      password: randomText(25),
      suspended: false,
      locked: false,
      deactivated: false,
      devices: new Map(),
      deviceNames: new Map(),
      ...given,
      get admin() {
        return isAdmin(mxid)
      },
    }
    this.#secrets.add(account.password)
    this.all.set(localpart, account)
    return account
  }

  /** Opens a session on a new device, or another one on a device that is there. */
  login(account: Account, deviceName?: unknown, deviceId = randomText(10)): Session {
    const former = [...account.devices].find(([, id]) => id === deviceId)
    if (former) this.logout(account, former[0])
    const session = { account, token: randomText(32), deviceId }
    if (typeof deviceName === 'string') account.deviceNames.set(deviceId, deviceName)
    account.devices.set(session.token, session.deviceId)
    this.#byToken.set(session.token, session)
    this.#secrets.add(session.token)
    return session
  }

  logout(account: Account, token?: string): void {
    for (const each of token === undefined ? [...account.devices.keys()] : [token]) {
      account.devices.delete(each)
      this.#byToken.delete(each)
    }
  }

  setPassword(account: Account, password: string): void {
    account.password = password
    this.#secrets.add(password)
  }

  session(token: string): Session | undefined {
    return this.#byToken.get(token)
  }

  /** By localpart or MXID; undefined where there is none, or on another server. */
  find(user: string): Account | undefined {
    const [, localpart = '', server] = /^@?([^:]*)(?::(.*))?$/s.exec(user) ?? []
    if (server !== undefined && server.toLowerCase() !== this.#serverName) return undefined
    return this.all.get(localpart) ?? this.all.get(localpart.toLowerCase())
  }

  /** Throws Failure where the name cannot be registered. A deactivated account keeps its name. */
  mustBeFree(username: string): void {
    if (!/^[a-z0-9._=/+-]+$/.test(username)) throw new Failure(400, 'M_INVALID_USERNAME')
    if (this.all.has(username)) throw new Failure(400, 'M_USER_IN_USE')
  }
}

import { createHmac } from 'node:crypto'
import { randomText } from '../homeserver/ids.ts'
import { Hand, path, Refusal } from './http.ts'

/** An account as Synapse's admin API tells it. */
export interface Account {
  name: string
  admin: boolean
  deactivated: boolean
  suspended: boolean
  locked: boolean
}

export interface RegistrationToken {
  token: string
  uses_allowed: number | null
  completed: number
  expiry_time: number | null
}

const tokens = '/_synapse/admin/v1/registration_tokens'

/** Synapse's admin API (Synapse documentation, "Admin API"), with the token of an admin. All throw Refusal. */
export class SynapseAdmin {
  readonly #hand: Hand

  constructor(url: string, adminToken: string) {
    this.#hand = new Hand(url, adminToken)
  }

  /** undefined: there is no such account, nor ever was. */
  async account(mxid: string): Promise<Account | undefined> {
    try {
      const account = (await this.#hand.ask('GET', path`/_synapse/admin/v2/users/${mxid}`)) as unknown as Account
      return { ...account, deactivated: Boolean(account.deactivated), admin: Boolean(account.admin) }
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined
      throw error
    }
  }

  /** Every account, deactivated and locked ones too. */
  async accounts(): Promise<Account[]> {
    const all: Account[] = []
    for (let from: unknown = '0'; from !== undefined; ) {
      const query = { from: String(from), limit: '1000', deactivated: 'true', locked: 'true', order_by: 'name' }
      const page = await this.#hand.ask('GET', '/_synapse/admin/v2/users', { query })
      all.push(...(page.users as Account[]))
      from = page.next_token
    }
    return all
  }

  /** Makes an account; without a password nobody can log in. Would change one that is there. */
  async create(mxid: string, password?: string): Promise<void> {
    await this.#hand.ask('PUT', path`/_synapse/admin/v2/users/${mxid}`, { body: password ? { password } : {} })
  }

  async setPassword(mxid: string, password: string, logout: boolean): Promise<void> {
    const body = { new_password: password, logout_devices: logout }
    await this.#hand.ask('POST', path`/_synapse/admin/v1/reset_password/${mxid}`, { body })
  }

  async suspend(mxid: string, suspend: boolean): Promise<void> {
    await this.#hand.ask('PUT', path`/_synapse/admin/v1/suspend/${mxid}`, { body: { suspend } })
  }

  async lock(mxid: string, locked: boolean): Promise<void> {
    await this.#hand.ask('PUT', path`/_synapse/admin/v2/users/${mxid}`, { body: { locked } })
  }

  async deactivate(mxid: string): Promise<void> {
    await this.#hand.ask('POST', path`/_synapse/admin/v1/deactivate/${mxid}`, { body: { erase: false } })
  }

  async logout(mxid: string): Promise<void> {
    const { devices } = await this.#hand.ask('GET', path`/_synapse/admin/v2/users/${mxid}/devices`)
    const ids = (devices as { device_id: string }[]).map(({ device_id }) => device_id)
    await this.#hand.ask('POST', path`/_synapse/admin/v2/users/${mxid}/delete_devices`, { body: { devices: ids } })
  }

  async makeAdmin(mxid: string): Promise<void> {
    await this.#hand.ask('PUT', path`/_synapse/admin/v1/users/${mxid}/admin`, { body: { admin: true } })
  }

  /** A token with which we act as an account for a minute. */
  async actAs(mxid: string): Promise<string> {
    const body = { valid_until_ms: Date.now() + 60_000 }
    return String((await this.#hand.ask('POST', path`/_synapse/admin/v1/users/${mxid}/login`, { body })).access_token)
  }

  /** Lifts an account's limit of messages, or lets it be held by the server's again. */
  async limitMessages(mxid: string, limited: boolean): Promise<void> {
    const override = path`/_synapse/admin/v1/users/${mxid}/override_ratelimit`
    if (limited) await this.#hand.ask('DELETE', override)
    else await this.#hand.ask('POST', override, { body: { messages_per_second: 0, burst_count: 0 } })
  }

  async issueToken(terms: { token?: string; uses_allowed?: number; expiry_time?: number }): Promise<RegistrationToken> {
    return (await this.#hand.ask('POST', `${tokens}/new`, { body: terms })) as unknown as RegistrationToken
  }

  async tokens(onlyValid = false): Promise<RegistrationToken[]> {
    const answer = await this.#hand.ask('GET', tokens, onlyValid ? { query: { valid: 'true' } } : {})
    return answer.registration_tokens as RegistrationToken[]
  }

  /** false: there is no such token. */
  async revokeToken(token: string): Promise<boolean> {
    try {
      await this.#hand.ask('DELETE', path`/_synapse/admin/v1/registration_tokens/${token}`)
      return true
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return false
      throw error
    }
  }
}

export interface Registered {
  mxid: string
  localpart: string
  password: string
  token: string
}

/** Makes an account, an admin of Synapse if asked for, and logs it in. It needs the shared secret, but no token. */
export async function registerBySecret(
  { url, sharedSecret }: { url: string; sharedSecret: string },
  localpart: string,
  admin: boolean,
): Promise<Registered> {
  const hand = new Hand(url)
  const register = '/_synapse/admin/v1/register'
  const { nonce } = await hand.ask('GET', register)
  const password = randomText(25)
  const signed = [String(nonce), localpart, password, admin ? 'admin' : 'notadmin'].join('\0')
  const mac = createHmac('sha1', sharedSecret).update(signed).digest('hex')
  const answer = await hand.ask('POST', register, { body: { nonce, username: localpart, password, admin, mac } })
  return { mxid: String(answer.user_id), localpart, password, token: String(answer.access_token) }
}

import { listLimit } from './body.ts'
import type { Http } from './http.ts'
import { ForeignResponseError, MatrixError } from './matrix-errors.ts'
import { path } from './path.ts'
import type { Limits } from './request.ts'

const tokens = path`_synapse/admin/v1/registration_tokens`

/** Synapse's admin API for registration tokens (Synapse documentation, "Registration Tokens"). Throws as `Http` does. */
export class SynapseTokenApi {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** The tokens that can be used now; undefined where the server has no such endpoint. */
  async valid(limits: Limits): Promise<Set<string> | undefined> {
    try {
      const answer = await this.#http.json({
        method: 'GET',
        path: tokens,
        query: { valid: 'true' },
        limit: listLimit,
        ...limits,
      })
      const list = Array.isArray(answer.registration_tokens) ? answer.registration_tokens : []
      return new Set(
        list.flatMap((item: { token?: unknown } | null) => (typeof item?.token === 'string' ? item.token : [])),
      )
    } catch (error) {
      if (error instanceof MatrixError && error.status === 404) return undefined
      throw error
    }
  }

  /** Creates a token for one registration, valid until `expires`. */
  async create(token: string, expires: Date, limits: Limits): Promise<void> {
    const json = { token, uses_allowed: 1, expiry_time: expires.getTime() }
    await this.#http.json({ method: 'POST', path: path`_synapse/admin/v1/registration_tokens/new`, json, ...limits })
  }

  /** Deletes a token, if it still exists. */
  async delete(token: string, limits: Limits): Promise<void> {
    try {
      await this.#http.json({
        method: 'DELETE',
        path: path`_synapse/admin/v1/registration_tokens/${token}`,
        shownPath: `/${tokens}/…`,
        ...limits,
      })
    } catch (error) {
      if (!(error instanceof MatrixError) || error.errcode !== 'M_NOT_FOUND') throw error
    }
  }
}

/** What Synapse says about an account; unknown fields are missing. */
export interface SynapseAccount {
  deactivated?: boolean
  suspended?: boolean
  locked?: boolean
  admin?: boolean
}

/** GET /_synapse/admin/v2/users/{userId} (Synapse documentation, "User Admin API"); undefined where there is no such account. Throws as `Http` does. */
export async function askSynapseAccount(http: Http, mxid: string, limits: Limits): Promise<SynapseAccount | undefined> {
  try {
    const answer = await http.json({ method: 'GET', path: path`_synapse/admin/v2/users/${mxid}`, ...limits })
    const fields = ['deactivated', 'suspended', 'locked', 'admin'] as const
    return Object.fromEntries(
      fields.flatMap((name) => (typeof answer[name] === 'boolean' ? [[name, answer[name]]] : [])),
    )
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_NOT_FOUND') return undefined
    throw error
  }
}

/** The ids of an account's sessions (Synapse documentation, "User Admin API"); undefined where the server has no such endpoint. Throws as `Http` does. */
export async function listDevices(http: Http, mxid: string, limits: Limits): Promise<string[] | undefined> {
  const devicesPath = path`_synapse/admin/v2/users/${mxid}/devices`
  try {
    const { devices } = await http.json({ method: 'GET', path: devicesPath, limit: listLimit, ...limits })
    if (!Array.isArray(devices))
      throw new ForeignResponseError({ method: 'GET', path: `/${devicesPath}` }, 200, 'no devices')
    return devices.flatMap((device: { device_id?: unknown } | null) =>
      typeof device?.device_id === 'string' ? device.device_id : [],
    )
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_UNRECOGNIZED') return undefined
    throw error
  }
}

/** Ends these sessions of an account; those that are gone count as ended. */
export async function deleteDevices(
  http: Http,
  mxid: string,
  devices: readonly string[],
  limits: Limits,
): Promise<void> {
  const devicesPath = path`_synapse/admin/v2/users/${mxid}/delete_devices`
  await http.json({ method: 'POST', path: devicesPath, json: { devices }, ...limits })
}

import type { Http } from './http.ts'
import { ForeignResponseError, MatrixError } from './matrix-errors.ts'
import { path as apiPath } from './path.ts'
import type { Limits } from './request.ts'
import { textField } from './text-field.ts'

/** An account and an access token of it. */
export interface AccountToken {
  mxid: string
  token: string
}

/** The device of a new session. */
export interface Device {
  device_id?: string
  initial_device_display_name: string
}

/** Stages of user-interactive authentication that this program can do. */
export const tokenStage = 'm.login.registration_token'
export const dummyStage = 'm.login.dummy'

const thisProgram: Device = { initial_device_display_name: 'matrix-users' }

/** The endpoints about sessions and registration, one method each (Client-Server API, "Client Authentication"). Throws as `Http` does. */
export class AuthClient {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** POST /login with a password: the account and its new access token. A login on a device that is there replaces its session. */
  async login(user: string, password: string, limits: Limits, device: Device = thisProgram): Promise<AccountToken> {
    const path = apiPath`_matrix/client/v3/login`
    const json = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, ...device }
    return accountTokenOf(await this.#http.json({ method: 'POST', path, json, anonymous: true, ...limits }), path)
  }

  /** POST /logout: ends the session of `token`, or of the token that this client sends. */
  async logout(limits: Limits, token?: string): Promise<void> {
    const path = apiPath`_matrix/client/v3/logout`
    const whose = token === undefined ? {} : { token }
    await this.#http.json({ method: 'POST', path, json: {}, ...whose, ...limits })
  }

  /** GET /register/available: whether a localpart can be registered. */
  async usernameAvailable(username: string, limits: Limits): Promise<boolean> {
    try {
      const path = apiPath`_matrix/client/v3/register/available`
      const query = { username }
      const { available } = await this.#http.json({ method: 'GET', path, query, anonymous: true, ...limits })
      if (typeof available === 'boolean') return available
      throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'a field is missing')
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_USER_IN_USE') return false
      throw error
    }
  }

  /** Whether registration is open. */
  async registrationOpen(limits: Limits): Promise<boolean> {
    return (await this.registrationFlows(limits)) !== undefined
  }

  /** POST /register with nothing in it: the flows of stages of which one registers (401), or undefined where registration is closed (403). */
  async registrationFlows(limits: Limits): Promise<string[][] | undefined> {
    try {
      return flowsOf(await this.register({}, limits))
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') return undefined
      throw error
    }
  }

  /** POST /register: the account, or what is still asked for (User-Interactive Authentication, status 401). */
  register(json: Record<string, unknown>, limits: Limits): Promise<Record<string, unknown>> {
    return this.#http.json({
      method: 'POST',
      path: apiPath`_matrix/client/v3/register`,
      json,
      alsoAnswer: 401,
      anonymous: true,
      // Without anything in it, it only asks what registration takes.
      asks: Object.keys(json).length === 0,
      ...limits,
    })
  }

  /** GET /validity: whether a registration token could be used now; that does not use it. */
  async registrationTokenValid(token: string, limits: Limits): Promise<boolean> {
    const path = apiPath`_matrix/client/v1/register/m.login.registration_token/validity`
    const { valid } = await this.#http.json({ method: 'GET', path, query: { token }, anonymous: true, ...limits })
    if (typeof valid === 'boolean') return valid
    throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'a field is missing')
  }
}

/** The flows that an answer of user-interactive authentication offers, each as its stages. */
export function flowsOf(answer: Record<string, unknown>): string[][] {
  const flows: unknown[] = Array.isArray(answer.flows) ? answer.flows : []
  return flows.flatMap((flow) => {
    const { stages = [] } = (flow ?? {}) as { stages?: unknown }
    return Array.isArray(stages) && stages.every((stage) => typeof stage === 'string') ? [stages] : []
  })
}

/** The account and access token that `/login` and `/register` answer. Throws ForeignResponseError without them. */
export function accountTokenOf(answer: Record<string, unknown>, path: string): AccountToken {
  return { mxid: textField(answer.user_id, 'POST', path), token: textField(answer.access_token, 'POST', path) }
}

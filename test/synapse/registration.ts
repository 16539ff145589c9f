import assert from 'node:assert/strict'
import type { Hand } from './http.ts'

const endpoint = '/_matrix/client/v3/register'

/** Logs in with a password: the access token. Throws Refusal. */
export async function login(nobody: Hand, user: string, password: string): Promise<string> {
  const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password }
  return String((await nobody.ask('POST', '/_matrix/client/v3/login', { body })).access_token)
}

/** Asks whether a registration token could be used now; that does not use it. */
export async function tokenValid(nobody: Hand, token: string): Promise<unknown> {
  const validity = '/_matrix/client/v1/register/m.login.registration_token/validity'
  return (await nobody.ask('GET', validity, { query: { token } })).valid
}

/** Registers an account through User-Interactive Authentication, in Synapse's two stages: its MXID. */
export async function registerByToken(nobody: Hand, username: string, token: string): Promise<unknown> {
  const account = { username, password: 'correct horse battery staple' }
  const stage = async (status: number, auth?: Record<string, unknown>) => {
    const response = await nobody.raw('POST', endpoint, { body: { ...account, ...(auth ? { auth } : {}) } })
    assert.equal(response.status, status, `${endpoint} ${auth?.type}`)
    return (await response.json()) as Record<string, unknown>
  }
  const { session } = await stage(401)
  await stage(401, { type: 'm.login.registration_token', token, session })
  return (await stage(200, { type: 'm.login.dummy', session })).user_id
}

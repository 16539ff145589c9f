import type { Account } from './accounts.ts'
import { Failure } from './failure.ts'
import type { Context, Route } from './router.ts'
import type { RegistrationToken } from './tokens.ts'

const path = '/_synapse/admin/v1/registration_tokens'

const devices = '/_synapse/admin/v2/users/:user'

/** Synapse's own API for registration tokens, where the client may choose token, uses and expiry, and for an account's devices. */
export const synapseRoutes: readonly Route[] = [
  { method: 'GET', pattern: `${devices}/devices`, handle: admin(listDevices) },
  { method: 'POST', pattern: `${devices}/delete_devices`, handle: admin(deleteDevices) },
  { method: 'GET', pattern: path, handle: admin(list) },
  { method: 'POST', pattern: `${path}/new`, handle: admin(issue) },
  { method: 'GET', pattern: `${path}/:token`, handle: admin((context) => shown(known(context))) },
  { method: 'PUT', pattern: `${path}/:token`, handle: admin(change) },
  { method: 'DELETE', pattern: `${path}/:token`, handle: admin(remove) },
]

function admin(handle: Route['handle']): Route['handle'] {
  return (context) => {
    if (!context.session.account.admin) throw new Failure(403, 'M_FORBIDDEN')
    return handle(context)
  }
}

function issue({ world, body }: Context) {
  const { token, uses_allowed: uses, expiry_time: expires } = body
  const wrong =
    (token !== undefined && (typeof token !== 'string' || !/^[A-Za-z0-9._~-]{1,64}$/.test(token))) ||
    (typeof token === 'string' && world.tokens.all.has(token)) ||
    (typeof uses === 'number' && uses < 0) ||
    (typeof expires === 'number' && expires < Date.now())
  if (wrong) throw new Failure(400, 'M_INVALID_PARAM')
  return shown(
    world.tokens.issue({
      ...(typeof token === 'string' ? { token } : {}),
      ...(typeof uses === 'number' ? { usesAllowed: uses } : {}),
      ...(typeof expires === 'number' ? { expires } : {}),
    }),
  )
}

function list({ world, query }: Context) {
  const wanted = query.get('valid')
  const chosen = [...world.tokens.all.values()].filter(
    ({ token }) => wanted === null || String(world.tokens.valid(token)) === wanted,
  )
  return { registration_tokens: chosen.map(shown) }
}

function change(context: Context) {
  const token = known(context)
  if (typeof context.body.expiry_time === 'number') token.expires = context.body.expiry_time
  return shown(token)
}

function remove(context: Context) {
  context.world.tokens.all.delete(known(context).token)
  return {}
}

function listDevices(context: Context) {
  const { devices, deviceNames, mxid } = owner(context)
  const listed = [...devices.values()].map((id) => ({
    device_id: id,
    display_name: deviceNames.get(id) ?? null,
    last_seen_ip: null,
    last_seen_ts: null,
    user_id: mxid,
  }))
  return { devices: listed, total: listed.length }
}

/** Devices that are not there are passed over. */
function deleteDevices(context: Context) {
  const account = owner(context)
  const { devices } = context.body
  if (!Array.isArray(devices)) throw new Failure(400, 'M_BAD_JSON')
  for (const [token, id] of [...account.devices])
    if (devices.includes(id)) context.world.accounts.logout(account, token)
  return {}
}

function owner({ world, params }: Context): Account {
  const user = params.user ?? ''
  if (!user.endsWith(`:${world.serverName}`)) throw new Failure(400, 'M_INVALID_PARAM')
  const account = world.accounts.find(user)
  if (!account) throw new Failure(404, 'M_NOT_FOUND')
  return account
}

function known({ world, params }: Context): RegistrationToken {
  const token = world.tokens.all.get(params.token ?? '')
  if (!token) throw new Failure(404, 'M_NOT_FOUND')
  return token
}

function shown({ token, usesAllowed, uses, expires }: RegistrationToken) {
  return { token, uses_allowed: usesAllowed ?? null, pending: 0, completed: uses, expiry_time: expires ?? null }
}

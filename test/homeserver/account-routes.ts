import type { Account } from './accounts.ts'
import { Failure } from './failure.ts'
import type { Context, Route } from './router.ts'
import type { World } from './world.ts'

const v1 = '/_matrix/client/v1'
const v3 = '/_matrix/client/v3'

/** Sessions, the state of accounts, media, and what the server says of itself. */
export const accountRoutes: readonly Route[] = [
  { method: 'GET', pattern: `${v3}/account/whoami`, handle: whoami },
  {
    method: 'GET',
    pattern: `${v3}/login`,
    access: 'anybody',
    handle: () => ({ flows: [{ type: 'm.login.password' }] }),
  },
  { method: 'POST', pattern: `${v3}/login`, access: 'anybody', handle: login },
  { method: 'GET', pattern: `${v3}/devices/:device`, handle: device },
  { method: 'POST', pattern: `${v3}/logout`, handle: logout },
  { method: 'POST', pattern: `${v3}/logout/all`, handle: logoutAll },
  {
    method: 'GET',
    pattern: `${v1}/admin/suspend/:user`,
    handle: (context) => ({ suspended: asked(context).suspended }),
  },
  { method: 'GET', pattern: `${v1}/admin/lock/:user`, handle: (context) => ({ locked: asked(context).locked }) },
  { method: 'PUT', pattern: `${v1}/admin/suspend/:user`, handle: (context) => moderate(context, 'suspended') },
  { method: 'PUT', pattern: `${v1}/admin/lock/:user`, handle: (context) => moderate(context, 'locked') },
  { method: 'GET', pattern: `${v3}/profile/:user`, handle: profile },
  { method: 'GET', pattern: `${v3}/profile/:user/displayname`, handle: profile },
  { method: 'GET', pattern: `${v1}/media/download/:server/:id`, handle: download },
  { method: 'GET', pattern: '/_matrix/media/v3/download/:server/:id', access: 'anybody', handle: openDownload },
  { method: 'GET', pattern: `${v3}/capabilities`, handle: capabilities },
  { method: 'GET', pattern: '/_matrix/client/versions', access: 'anybody', handle: versions },
  {
    method: 'GET',
    pattern: '/_matrix/federation/v1/version',
    access: 'anybody',
    handle: ({ world }) => ({ server: named(world) }),
  },
  { method: 'GET', pattern: '/:family/server_version', access: 'anybody', handle: ownVersion },
  { method: 'GET', pattern: '/.well-known/matrix/client', access: 'anybody', handle: wellKnown },
]

function whoami({ session }: Context) {
  return { user_id: session.account.mxid, device_id: session.deviceId }
}

/** What keeps an account from logging in at all is said before its password is looked at; a suspended one may. */
function login({ world, body }: Context) {
  const { user } = (body.identifier ?? {}) as { user?: unknown }
  if (body.type !== 'm.login.password' || typeof user !== 'string') throw new Failure(400, 'M_UNKNOWN')
  const account = world.accounts.find(user)
  if (world.kind === 'synapse' && (!account || gone(world, account))) throw new Failure(403, 'M_FORBIDDEN')
  if (!account) throw new Failure(404, 'M_NOT_FOUND')
  if (gone(world, account)) throw new Failure(403, 'M_USER_DEACTIVATED')
  if (account.locked) throw new Failure(401, 'M_USER_LOCKED', { soft_logout: true })
  if (account.password !== body.password) throw new Failure(403, 'M_FORBIDDEN')
  const asked = typeof body.device_id === 'string' ? body.device_id : undefined
  const { token, deviceId } = world.accounts.login(account, body.initial_device_display_name, asked)
  return { user_id: account.mxid, access_token: token, home_server: world.serverName, device_id: deviceId }
}

function device({ session: { account }, params: { device = '' } }: Context) {
  if (![...account.devices.values()].includes(device)) throw new Failure(404, 'M_NOT_FOUND')
  return { device_id: device, display_name: account.deviceNames.get(device) ?? null }
}

function logout({ world, session }: Context) {
  world.accounts.logout(session.account, session.token)
  return {}
}

function logoutAll({ world, session }: Context) {
  world.accounts.logout(session.account)
  return {}
}

/** Deactivated, as the bot's own account always is. */
function gone(world: World, account: Account): boolean {
  return account.deactivated || account.mxid === world.bot
}

/** For server admins only (MSC4323). Throws Failure for every account that has no state to show. */
function asked({ world, params, session }: Context): Account {
  const { release } = world
  if (!world.faults.stateEndpoint || world.kind === 'synapse') throw new Failure(404, 'M_UNRECOGNIZED')
  const user = params.user ?? ''
  if (!session.account.admin) throw new Failure(403, 'M_FORBIDDEN')
  if (release.hidesOneself && user === session.account.mxid) throw new Failure(403, 'M_FORBIDDEN')
  if (release.knowsForeign && !user.endsWith(`:${world.serverName}`)) throw new Failure(400, 'M_INVALID_PARAM')
  const account = world.accounts.find(user)
  const hidden = release.hidesAdmins && user !== session.account.mxid && world.room.joined(user)
  if (hidden && !(release.hidesOneself && account && gone(world, account))) throw new Failure(403, 'M_FORBIDDEN')
  if (!account || (release.hidesDeactivated && gone(world, account))) throw new Failure(404, 'M_NOT_FOUND')
  if (gone(world, account)) throw new Failure(403, 'M_USER_DEACTIVATED')
  return account
}

/** For server admins only too (MSC4323), and never on another admin. */
function moderate(context: Context, what: 'suspended' | 'locked') {
  const { world, body } = context
  const account = asked(context)
  const value = body[what]
  if (typeof value !== 'boolean') throw new Failure(400, 'M_BAD_JSON')
  if (account.admin) throw new Failure(403, 'M_FORBIDDEN')
  account[world.release.lockSuspends ? 'suspended' : what] = value
  return { [what]: value }
}

function named({ release }: World) {
  return { name: release.server.name, version: release.version }
}

function ownVersion({ world, params }: Context) {
  const { path } = world.release.server
  if (world.kind === 'synapse' || path !== `/${params.family}/server_version`) throw new Failure(404, 'M_UNRECOGNIZED')
  return named(world)
}

/** A deactivated account keeps a profile without anything in it. */
function profile({ world, params }: Context) {
  const account = world.accounts.find(params.user ?? '')
  if (!account) throw new Failure(404, 'M_NOT_FOUND')
  return gone(world, account) ? {} : { displayname: account.displayName }
}

function download({ world, params }: Context) {
  const file = params.server === world.serverName ? world.media.files.get(params.id ?? '') : undefined
  if (!file) throw new Failure(404, 'M_NOT_FOUND')
  const headers = { 'content-disposition': `attachment; filename=${file.filename}` }
  return { status: 200, body: file.bytes, contentType: file.contentType, headers }
}

function openDownload(context: Context) {
  if (!context.world.release.openMedia) throw new Failure(403, 'M_FORBIDDEN')
  return download(context)
}

function capabilities({ world, session }: Context) {
  const moderation = { 'm.account_moderation': { suspend: true, lock: true } }
  const modern = world.kind === 'continuwuity'
  const told = world.faults.stateEndpoint && (session.account.admin || !world.release.capabilitiesTellAdmins)
  return {
    capabilities: {
      'm.room_versions': {
        default: modern ? '12' : '10',
        available: { '10': 'stable', ...(modern ? { '12': 'stable' } : {}) },
      },
      'm.3pid_changes': { enabled: false },
      'm.get_login_token': { enabled: true },
      'm.profile_fields': { enabled: true, disallowed: [] },
      'm.forget_forced_upon_leave': { enabled: true },
      ...(modern && told ? moderation : {}),
    },
  }
}

function versions() {
  return { versions: ['v1.11', 'v1.18'], unstable_features: {} }
}

function wellKnown({ world }: Context) {
  if (world.publicUrl === undefined) throw new Failure(404, 'M_NOT_FOUND')
  return { 'm.homeserver': { base_url: world.publicUrl } }
}

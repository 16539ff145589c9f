import { createHash } from 'node:crypto'
import type { Account } from './accounts.ts'
import { type Answer, type Call, type Command, Misused, Refused } from './command.ts'
import { randomText } from './ids.ts'
import type { ReleaseFacts } from './releases.ts'
import type { World } from './world.ts'

/** By their words; some are known by two names, some not at all. */
export function userCommands({ shortWords, moderatesInRoom }: ReleaseFacts): Record<string, Command> {
  return {
    ...known,
    ...(shortWords ? { 'users list': listUsers, 'users create': createUser } : {}),
    ...(moderatesInRoom ? moderation : {}),
  }
}

const known: Record<string, Command> = {
  'users list-users': listUsers,
  'users create-user': createUser,
  'users reset-password': resetPassword,
  'users deactivate-all': deactivateAll,
  'users deactivate': (call) => act(call, 'deactivate', (account) => deactivate(call, account)),
  'users make-user-admin': makeAdmin,
}

const moderation: Record<string, Command> = {
  'users suspend': (call) => act(call, 'suspend', (account) => set(account, { suspended: true })),
  'users unsuspend': (call) => act(call, 'unsuspend', (account) => set(account, { suspended: false })),
  'users lock': (call) => act(call, 'lock', (account) => set(account, { locked: true })),
  'users unlock': (call) => act(call, 'unlock', (account) => set(account, { locked: false })),
  'users logout': (call) => act(call, 'logout', (account) => call.world.accounts.logout(account)),
}

/** What cannot be done to an admin. */
const notToAdmins = ['suspend', 'lock', 'logout']

/** In the order of its database: none that means anything. */
function listUsers({ world, args }: Call): Answer {
  if (args.length > 0) throw new Misused(args[0])
  const placed = listedAccounts(world).map(({ mxid }) => ({ mxid, place: placeOf(mxid) }))
  const mxids = placed.sort((one, other) => (one.place < other.place ? -1 : 1)).map(({ mxid }) => mxid)
  return { body: `${world.words.sentence('list', String(mxids.length))}\n\`\`\`\n${mxids.join('\n')}\n\`\`\`` }
}

/** Those that the list has, in no order. */
export function listedAccounts(world: World): Account[] {
  return [...world.accounts.all.values()].filter((account) => world.release.listsDeactivated || !gone(world, account))
}

function createUser({ world, args }: Call): Answer {
  const [name, password, ...rest] = args
  if (name === undefined || rest.length > 0) throw new Misused('create-user')
  const [, localpart = name] = name.endsWith(`:${world.serverName}`) ? (/^@([^:]*):/.exec(name) ?? []) : []
  try {
    world.accounts.mustBeFree(localpart)
  } catch {
    throw new Refused(world.accounts.all.has(localpart) ? 'taken' : 'bad name')
  }
  const account = world.accounts.add(localpart, { password: password ?? randomText(25) })
  return {
    body: `${world.words.logTable('create', account.mxid)}${world.words.sentence('created', account.mxid, account.password)}`,
  }
}

function placeOf(mxid: string): string {
  return createHash('sha1').update(mxid).digest('hex')
}

function resetPassword({ world, args }: Call): Answer {
  const [name, password] = args.filter((arg) => !arg.startsWith('-'))
  if (!world.release.moderatesInRoom && args.some((arg) => arg.startsWith('-'))) throw new Misused('reset-password')
  const account = existing({ world, args: [name ?? ''] }, 'reset-password', (localpart) =>
    world.accounts.add(localpart),
  )
  account.deactivated = false
  world.accounts.setPassword(account, password ?? randomText(25))
  const reset = world.words.sentence('reset', account.mxid, account.password)
  if (!args.some((arg) => arg === '-l' || arg === '--logout')) return { body: reset }
  world.accounts.logout(account)
  return { body: `${reset.trimEnd()}\n${world.words.sentence('and logged out')}` }
}

function makeAdmin({ world, args }: Call): Answer {
  const [user, ...rest] = args
  if (user === undefined || rest.length > 0) throw new Misused('make-user-admin')
  const mxid = user.startsWith('@') ? user : `@${user}:${world.serverName}`
  if (!mxid.endsWith(`:${world.serverName}`)) throw new Refused('another server')
  world.makeAdmin(mxid)
  return { body: world.words.sentence('make-user-admin', mxid), plain: true }
}

function deactivateAll(call: Call): Answer {
  if (!call.block) throw new Refused('no block')
  const { world } = call
  const users = call.block.map((line) => line.trim()).filter((line) => line !== '')
  const accounts = users.map((user) => world.accounts.find(user)).filter((account) => account !== undefined)
  const chosen = accounts.filter((account) => !account.deactivated && (!account.admin || call.args.includes('--force')))
  for (const account of chosen) deactivate(call, account)
  return { body: world.words.sentence('deactivate-all', String(chosen.length)) }
}

/** A command on one account that answers with one sentence. */
function act(call: Call, verb: string, change: (account: Account) => void): Answer {
  const flagless = { ...call, args: call.args.filter((arg) => !arg.startsWith('--')) }
  const account = existing(flagless, verb, (localpart) => call.world.accounts.add(localpart))
  if (account.admin && notToAdmins.includes(verb)) throw new Refused('is an admin')
  change(account)
  return { body: call.world.words.sentence(verb, account.mxid), plain: true }
}

/** The one account named. Some servers take a name that is not there, or no longer, for an account: `add` makes it. */
function existing(
  { world, args }: Pick<Call, 'world' | 'args'>,
  verb: string,
  add: (localpart: string) => Account,
): Account {
  const [user, ...rest] = args
  if (user === undefined || user === '' || rest.length > 0) throw new Misused(verb)
  const account = world.accounts.find(user)
  if (account?.mxid === world.bot) throw new Refused('deactivated')
  if (world.release.makesGhosts) {
    const localpart = localpartOf(world, user)
    if (localpart === undefined) throw new Refused('another server')
    return account ?? add(localpart)
  }
  if (!account) throw new Refused('no such account')
  if (account.deactivated) throw new Refused('deactivated')
  return account
}

function localpartOf({ serverName }: World, user: string): string | undefined {
  const [, localpart, server = serverName] = /^@?([^:]+)(?::(.*))?$/s.exec(user) ?? []
  return server === serverName ? localpart?.toLowerCase() : undefined
}

function gone({ bot }: World, account: Account): boolean {
  return account.deactivated || account.mxid === bot
}

/** The bot may say first that the account leaves its rooms; that line answers nobody. */
function deactivate({ world }: Pick<Call, 'world'>, account: Account): void {
  if (world.release.announcesLeaving)
    world.botSays({ msgtype: 'm.text', body: world.words.sentence('leaving', account.mxid) })
  account.deactivated = true
  world.accounts.logout(account)
  for (const room of world.rooms.values()) if (room.joined(account.mxid)) room.setMember(account.mxid, 'leave')
}

function set(account: Account, change: Partial<Pick<Account, 'suspended' | 'locked'>>): void {
  Object.assign(account, change)
}

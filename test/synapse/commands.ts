import { type Answer, Misused, Refused } from '../homeserver/command.ts'
import { randomText } from '../homeserver/ids.ts'
import type { Secrets } from '../homeserver/secrets.ts'
import type { Words } from '../homeserver/words.ts'
import type { Account, RegistrationToken, SynapseAdmin } from './admin-api.ts'
import { Refusal } from './http.ts'
import type { AdminRoom } from './room.ts'

/** What a command works with. */
export interface Tools {
  serverName: string
  admin: SynapseAdmin
  room: AdminRoom
  words: Words
  secrets: Secrets
  /** Accounts that this bed needs itself: the bot's, which reads as deactivated, and that of the API's admin. */
  reserved: ReadonlySet<string>
}

export interface Call extends Tools {
  args: string[]
  /** The lines of the fenced block behind the command. */
  block: string[] | undefined
}

type Command = (call: Call) => Promise<Answer>

const commands: Record<string, Command> = {
  '--version': async ({ words }) => ({ body: words.sentence('version'), plain: true }),
  '--help': async ({ words }) => ({ body: words.sentence('help', 'users', 'token'), plain: true }),
  'users list-users': listUsers,
  'users create-user': createUser,
  'users reset-password': resetPassword,
  'users deactivate-all': deactivateAll,
  'users deactivate': (call) => act(call, 'deactivate', ({ name }) => deactivate(call, name)),
  'users suspend': (call) => act(call, 'suspend', ({ name }) => call.admin.suspend(name, true)),
  'users unsuspend': (call) => act(call, 'unsuspend', ({ name }) => call.admin.suspend(name, false)),
  'users lock': (call) => act(call, 'lock', ({ name }) => call.admin.lock(name, true)),
  'users unlock': (call) => act(call, 'unlock', ({ name }) => call.admin.lock(name, false)),
  'users logout': (call) => act(call, 'logout', ({ name }) => call.admin.logout(name)),
  'users make-user-admin': (call) => act(call, 'make-user-admin', (account) => makeAdmin(call, account)),
  'token issue': issueToken,
  'token revoke': revokeToken,
  'token list': listTokens,
}

/** Executes a command line on Synapse and says what came of it, in words of this bed's own. */
export async function execute(tools: Tools, line: string, block: string[] | undefined): Promise<Answer> {
  const words = line.split(/\s+/).filter((word) => word !== '')
  try {
    const length = [1, 2].find((count) => words.slice(0, count).join(' ') in commands)
    const command = length === undefined ? undefined : commands[words.slice(0, length).join(' ')]
    if (!command) throw new Misused(words[0] ?? '')
    return await command({ ...tools, args: words.slice(length), block })
  } catch (error) {
    if (error instanceof Misused) return { body: `${tools.words.sentence('misused', error.message)}\n`, plain: true }
    // What Synapse refuses is a command that failed; its errcode is no wording.
    if (!(error instanceof Refused) && !(error instanceof Refusal)) throw error
    const reason = error instanceof Refusal ? error.errcode : error.message
    return { body: `${tools.words.phrase('failed')}\n\`\`\`\n${tools.words.sentence(reason)}\n\`\`\`` }
  }
}

/** What cannot be done to an admin. */
const notToAdmins = ['suspend', 'lock', 'logout']

async function listUsers({ admin, words, args }: Call): Promise<Answer> {
  if (args.length > 0) throw new Misused(args[0])
  const mxids = (await admin.accounts()).map(({ name }) => name).sort()
  return { body: `${words.sentence('list', String(mxids.length))}\n\`\`\`\n${mxids.join('\n')}\n\`\`\`` }
}

async function createUser({ admin, words, secrets, serverName, args }: Call): Promise<Answer> {
  const [name, password = randomText(25), ...rest] = args
  if (name === undefined || rest.length > 0) throw new Misused('create-user')
  const mxid = mxidOf(name, serverName)
  if (await admin.account(mxid)) throw new Refused('taken')
  secrets.add(password)
  await admin.create(mxid, password)
  return { body: words.sentence('created', mxid, password) }
}

async function resetPassword(call: Call): Promise<Answer> {
  const [name = '', password = randomText(25)] = call.args.filter((arg) => !arg.startsWith('-'))
  const account = await existing({ ...call, args: [name] }, 'reset-password')
  call.secrets.add(password)
  const logout = call.args.some((arg) => arg === '-l' || arg === '--logout')
  await call.admin.setPassword(account.name, password, logout)
  return { body: call.words.sentence('reset', account.name, password) }
}

/** A command on one account that answers with one sentence. */
async function act(call: Call, verb: string, change: (account: Account) => Promise<void>): Promise<Answer> {
  const account = await existing({ ...call, args: call.args.filter((arg) => !arg.startsWith('--')) }, verb)
  if (account.admin && notToAdmins.includes(verb)) throw new Refused('is an admin')
  await change(account)
  return { body: call.words.sentence(verb, account.name), plain: true }
}

/** The one account named. Throws Misused or Refused. */
async function existing({ admin, serverName, reserved, args }: Call, verb: string): Promise<Account> {
  const [user, ...rest] = args
  if (user === undefined || user === '' || rest.length > 0) throw new Misused(verb)
  const mxid = mxidOf(user, serverName)
  const account = mxid.endsWith(`:${serverName}`) ? await admin.account(mxid) : undefined
  if (!account) throw new Refused('no such account')
  if (account.deactivated || reserved.has(mxid)) throw new Refused('deactivated')
  return account
}

/** The bot says first that the account leaves its rooms; that line answers nobody. */
async function deactivate({ admin, room, words }: Call, mxid: string): Promise<void> {
  await room.say({ msgtype: 'm.text', body: words.sentence('leaving', mxid) })
  await admin.deactivate(mxid)
}

async function deactivateAll(call: Call): Promise<Answer> {
  if (!call.block) throw new Refused('no block')
  let count = 0
  for (const user of call.block.map((line) => line.trim()).filter((line) => line !== '')) {
    const account = await existing({ ...call, args: [user] }, 'deactivate').catch(() => undefined)
    if (!account || (account.admin && !call.args.includes('--force'))) continue
    await deactivate(call, account.name)
    count += 1
  }
  return { body: call.words.sentence('deactivate-all', String(count)) }
}

async function makeAdmin({ admin, room }: Call, { name }: Account): Promise<void> {
  await admin.makeAdmin(name)
  await room.invite(name)
  await room.forceJoin(name)
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

async function issueToken({ admin, words, secrets, args }: Call): Promise<Answer> {
  const issued = await admin.issueToken({ token: randomText(16), ...termsOf(args) })
  secrets.add(issued.token)
  return { body: words.sentence('issued', issued.token, life(issued)) }
}

/** Exactly one of the four. */
function termsOf([option, value, ...rest]: string[]): { uses_allowed?: number; expiry_time?: number } {
  const alone = value === undefined
  if (option === '--once' && alone) return { uses_allowed: 1 }
  if (option === '--immortal' && alone) return {}
  if (rest.length === 0 && value !== undefined) {
    const [, amount, unit] = /^(\d+)([smhdw])$/.exec(value) ?? []
    if (option === '--max-uses' && /^[1-9]\d*$/.test(value)) return { uses_allowed: Number(value) }
    if (option === '--max-age' && unit) return { expiry_time: Date.now() + Number(amount) * (units[unit] ?? 0) }
  }
  throw new Misused(option ?? 'issue')
}

async function revokeToken({ admin, words, args: [token, ...rest] }: Call): Promise<Answer> {
  if (token === undefined || rest.length > 0) throw new Misused('revoke')
  if (!(await admin.revokeToken(token))) throw new Refused('no such token')
  return { body: words.sentence('revoked'), plain: true }
}

async function listTokens({ admin, words }: Call): Promise<Answer> {
  const lines = (await admin.tokens(true)).map((each) => `- \`${each.token}\` ${words.phrase('token')} ${life(each)}\n`)
  return { body: `${words.sentence('tokens', String(lines.length))}\n${lines.join('')}` }
}

function life({ uses_allowed: uses, expiry_time: expires }: RegistrationToken): string {
  if (uses !== null) return String(uses)
  return expires === null ? '∞' : new Date(expires).toISOString()
}

function mxidOf(user: string, serverName: string): string {
  return user.startsWith('@') ? user : `@${user}:${serverName}`
}

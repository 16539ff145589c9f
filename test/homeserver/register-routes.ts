import { Failure } from './failure.ts'
import { randomText } from './ids.ts'
import type { Context, Route } from './router.ts'
import type { World } from './world.ts'

const token = 'm.login.registration_token'
const dummy = 'm.login.dummy'

/** Registration by user-interactive authentication (UIA), and what one may ask about it beforehand. */
export function registerRoutes(): readonly Route[] {
  const sessions = new Map<string, UiaSession>()
  const validity = `/_matrix/client/v1/register/${token}/validity`
  return [
    {
      method: 'POST',
      pattern: '/_matrix/client/v3/register',
      access: 'anybody',
      handle: (it) => register(it, sessions),
    },
    { method: 'GET', pattern: '/_matrix/client/v3/register/available', access: 'anybody', handle: available },
    { method: 'GET', pattern: validity, access: 'anybody', handle: tokenValidity },
    { method: 'GET', pattern: '/_continuwuity/account/register/', access: 'anybody', handle: signUpPage },
  ]
}

interface UiaSession {
  id: string
  completed: string[]
  /** The token to spend when the last stage is done. */
  token?: string
  /** What was asked for with the first stage. */
  asked: Record<string, unknown>
}

/** Synapse wants two stages in one session, the others one; the first account always needs the console's token, where there is one. */
function stagesOf(world: World): string[] {
  if (world.registration === 'dummy' && !wantsConsoleToken(world)) return [dummy]
  return world.kind === 'synapse' ? [token, dummy] : [token]
}

function firstRun(world: World): boolean {
  return !world.inUse
}

/** Whether what the server printed on its console has to come first. */
function wantsConsoleToken(world: World): boolean {
  return world.release.consoleToken && firstRun(world)
}

function register({ world, body }: Context, sessions: Map<string, UiaSession>) {
  if (world.registration === 'closed' && !wantsConsoleToken(world)) throw new Failure(403, 'M_FORBIDDEN')
  const auth = body.auth as { type?: string; token?: string; session?: string } | undefined
  const stages = stagesOf(world)
  if (auth?.type !== undefined && !stages.includes(auth.type)) throw new Failure(400, 'M_INVALID_PARAM')
  const session = sessions.get(auth?.session ?? '') ?? { id: randomText(32), completed: [], asked: body }
  sessions.set(session.id, session)
  const unfinished = () => ({
    flows: [{ stages }],
    params: {},
    session: session.id,
    ...(session.completed.length > 0 ? { completed: session.completed } : {}),
  })
  if (auth?.type === undefined) return { status: 401, body: unfinished() }

  if (auth.type === token) {
    if (!accepts(world, auth.token ?? ''))
      throw new Failure(401, world.kind === 'synapse' ? 'M_UNAUTHORIZED' : 'M_FORBIDDEN', unfinished())
    session.token = auth.token ?? ''
  }
  if (!session.completed.includes(auth.type)) session.completed.push(auth.type)
  if (!stages.every((stage) => session.completed.includes(stage))) return { status: 401, body: unfinished() }
  return createAccount(world, { ...session.asked, ...body }, session)
}

function accepts(world: World, given: string): boolean {
  return wantsConsoleToken(world) ? given === world.consoleToken : world.tokens.valid(given)
}

/** The first account becomes an admin. The bot tells the admin room of each. */
function createAccount(world: World, asked: Record<string, unknown>, session: UiaSession) {
  const { username = randomText(10), password = '', inhibit_login, initial_device_display_name: device = '' } = asked
  const localpart = String(username).toLowerCase()
  world.accounts.mustBeFree(localpart)
  const first = firstRun(world)
  const account = world.accounts.add(localpart, { password: String(password) })
  if (session.token !== undefined) world.tokens.spend(session.token)
  notice(world, 'registered', account.mxid, String(device))
  if (first) {
    world.consoleToken = undefined
    world.makeAdmin(account.mxid)
    welcome(world)
  }
  for (let count = 1; count < world.release.registrationNotices; count++)
    notice(world, `registered ${count}`, account.mxid, String(device))
  if (inhibit_login === true) return { user_id: account.mxid }
  const { token, deviceId } = world.accounts.login(account, device)
  return { access_token: token, user_id: account.mxid, device_id: deviceId }
}

function notice(world: World, purpose: string, ...facts: string[]): void {
  world.botSays({ msgtype: 'm.notice', body: world.words.sentence(purpose, ...facts) })
}

export function welcome(world: World): void {
  const body = `${world.words.sentence('welcome')}\n`.repeat(20)
  const formatted = { format: 'org.matrix.custom.html', formatted_body: body }
  world.botSays({ msgtype: 'm.text', body, ...formatted, 'm.mentions': { room: true } })
}

function available({ world, query }: Context) {
  world.accounts.mustBeFree(query.get('username') ?? '')
  return { available: true }
}

/** Asking spends nothing. With registration closed every token is invalid on some servers; on the others tokens must exist at all. */
function tokenValidity({ world, query }: Context) {
  const given = query.get('token')
  if (given === null) throw new Failure(400, 'M_BAD_JSON')
  if (world.release.closedInvalidates)
    return { valid: (world.registration !== 'closed' || firstRun(world)) && accepts(world, given) }
  if (world.tokens.alive().length === 0) throw new Failure(403, 'M_FORBIDDEN')
  return { valid: accepts(world, given) }
}

function signUpPage({ world }: Context) {
  if (world.kind === 'synapse' || !world.release.signUpPage) throw new Failure(404, 'M_UNRECOGNIZED')
  const body = `<!DOCTYPE html><title>${world.words.phrase('sign up')}</title>`
  return { status: 200, body, contentType: 'text/html; charset=utf-8' }
}

import type { Session } from './accounts.ts'
import type { Bot } from './bot.ts'
import { Failure } from './failure.ts'
import type { World } from './world.ts'

export interface Answered {
  status: number
  /** Sent as JSON unless it is a string or bytes. */
  body: unknown
  contentType?: string
  headers?: Record<string, string>
}

export interface Context {
  world: World
  bot: Bot
  /** Percent-decoded parts of the path, by the names of the route's pattern. */
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, unknown>
  /** Throws where a route without authentication asks for it. */
  session: Session
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:name` takes one part, which may be empty. */
  pattern: string
  /** Who may ask; `user` without it. */
  access?: 'anybody' | 'user'
  handle: (context: Context) => Answered | Record<string, unknown> | unknown[]
}

export interface Call {
  method: string
  /** With the query. */
  target: string
  authorization: string | undefined
  body: unknown
}

/** Finds the route of a request and carries it out. Throws Failure for what this server refuses. */
export function dispatch(routes: readonly Route[], call: Call, world: World, bot: Bot): Answered {
  const { pathname, searchParams } = new URL(call.target, 'http://localhost')
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.pattern, pathname)
    return params ? [{ route, params }] : []
  })
  const match = matches.find(({ route }) => route.method === call.method)
  if (!match) throw new Failure(matches.length > 0 ? 405 : 404, 'M_UNRECOGNIZED')

  const anybody = match.route.access === 'anybody'
  // Synapse takes a registration by somebody who is logged in for a mistake.
  if (world.kind === 'synapse' && call.authorization !== undefined && pathname.endsWith('/v3/register'))
    throw new Failure(400, 'M_UNKNOWN')
  const session = anybody ? undefined : authenticate(world, call.authorization, pathname)
  const answer = match.route.handle({
    world,
    bot,
    params: match.params,
    query: searchParams,
    body: objectOf(call),
    get session() {
      return session ?? authenticate(world, call.authorization, pathname)
    },
  })
  return isAnswered(answer) ? answer : { status: 200, body: answer }
}

function authenticate(world: World, authorization: string | undefined, path: string): Session {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  // Media answers with an errcode of its own.
  if (token === undefined) throw new Failure(401, path.includes('/media/') ? 'M_UNAUTHORIZED' : 'M_MISSING_TOKEN')
  const session = world.accounts.session(token)
  if (!session) throw new Failure(401, 'M_UNKNOWN_TOKEN')
  if (session.account.locked) throw new Failure(401, 'M_USER_LOCKED', { soft_logout: true })
  return session
}

function objectOf({ method, body }: Call): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  if (body === undefined && method !== 'PUT') return {}
  throw new Failure(400, typeof body === 'string' ? 'M_NOT_JSON' : 'M_BAD_JSON')
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/')
  const given = path.split('/')
  if (expected.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, part] of expected.entries()) {
    const value = given[at] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decode(value)
    else if (part !== value) return undefined
  }
  return params
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function isAnswered(answer: object): answer is Answered {
  return 'status' in answer && 'body' in answer
}

import { accountRoutes } from './account-routes.ts'
import { Accounts } from './accounts.ts'
import { Bot } from './bot.ts'
import { Faults } from './faults.ts'
import { Homeserver } from './homeserver.ts'
import { randomText } from './ids.ts'
import { PlainWords } from './plain-words.ts'
import { registerRoutes, welcome } from './register-routes.ts'
import { type Release, releaseFacts } from './releases.ts'
import { roomRoutes } from './room-routes.ts'
import { dispatch } from './router.ts'
import { Secrets } from './secrets.ts'
import { HttpServer } from './server.ts'
import { synapseRoutes } from './synapse-routes.ts'
import { RegistrationTokens } from './tokens.ts'
import { Words } from './words.ts'
import { type Kind, type Registration, World } from './world.ts'

export type { Account } from './accounts.ts'
export type { Executed } from './bot.ts'
export { writeDataDir } from './data-dir.ts'
export { type Elsewhere, startElsewhere } from './elsewhere.ts'
export type { CommandFault, CommandMatch, Faults, HttpFault, RequestMatch, RoomLine, Rule } from './faults.ts'
export type { Homeserver, Operator } from './homeserver.ts'
export { allReleases, allVoices, type Release, type ReleaseFacts } from './releases.ts'
export type { Event, Room } from './room.ts'
export type { RecordedRequest } from './server.ts'

export interface HomeserverOptions {
  /** Default `home.test`. */
  serverName?: string
  /** Default: a free one. */
  port?: number
  /** ms that each command of the bot takes. Default 0. */
  delayMs?: number
  /** Extra accounts to begin with: user0000, user0001, … */
  accounts?: number
  /** More accounts, by their names. */
  people?: readonly string[]
  kind?: Kind
  /** What the bot speaks: made-up words, or plain English for people to look at. Default `made-up`. */
  voice?: 'made-up' | 'plain'
  /** What it speaks as. Default: MATRIX_TEST_RELEASE, else continuwuity's current release; Synapse has no such choice. */
  release?: Release
  /** No account exists yet; `consoleToken` registers the first, who becomes an admin. */
  fresh?: boolean
  registration?: Registration
  /** A registration token that the operator set in the server's configuration. */
  staticToken?: string
  /** What the bot listens to, beside its own MXID and a colon. Default `!admin`. */
  prefix?: string
}

/** Starts a simulated homeserver on 127.0.0.1: a real HTTP server that keeps everything in memory. */
export async function startHomeserver(options: HomeserverOptions = {}): Promise<Homeserver> {
  const world = createWorld(options)
  const bot = new Bot(world, options.delayMs ?? 0)
  const routes = [
    ...accountRoutes,
    ...roomRoutes,
    ...registerRoutes(),
    ...(world.kind === 'synapse' || world.release.synapseApi ? synapseRoutes : []),
  ]
  const http = new HttpServer(world, (call) => dispatch(routes, call, world, bot))
  await http.listen(options.port ?? 0)
  const homeserver = new Homeserver(world, bot, http)
  if (!options.fresh) {
    homeserver.addOperator('admin')
    welcome(world)
  }
  for (let number = 0; number < (options.accounts ?? 0); number++)
    world.accounts.add(`user${String(number).padStart(4, '0')}`)
  for (const name of options.people ?? []) world.accounts.add(name)
  return homeserver
}

function createWorld(options: HomeserverOptions): World {
  const { serverName = 'home.test', kind = 'continuwuity', registration = 'open', prefix = '!admin' } = options
  const secrets = new Secrets()
  const isAdmin = (mxid: string): boolean => world.room.joined(mxid)
  const accounts = new Accounts(serverName, isAdmin, secrets)
  const tokens = new RegistrationTokens(secrets)
  const bot = accounts.add('conduit').mxid
  const [words, faults] = [options.voice === 'plain' ? new PlainWords() : new Words(), new Faults()]
  const world: World = new World({
    kind,
    release: releaseFacts(kind === 'synapse' ? '26.7' : options.release),
    serverName,
    bot,
    prefix,
    accounts,
    tokens,
    secrets,
    words,
    faults,
    registration,
  })
  world.publicUrl = `https://${serverName}`
  const configured = options.staticToken ?? (needsConfigured(world) ? randomText(16) : undefined)
  if (configured !== undefined) tokens.issue({ token: configured, fixed: true })
  if (options.fresh) {
    world.consoleToken = world.release.consoleToken ? randomText(16) : configured
    if (world.consoleToken !== undefined) secrets.add(world.consoleToken)
  }
  return world
}

/** Where no console gives a token, only a configured one keeps registration to those who have one. */
function needsConfigured({ kind, release, registration }: World): boolean {
  return kind !== 'synapse' && !release.consoleToken && registration !== 'dummy'
}

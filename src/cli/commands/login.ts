import type { CommonFlags, Context } from '../../config/context.ts'
import { refuseDebugging } from '../../config/session.ts'
import type { Settings } from '../../config/settings.ts'
import { SetupError } from '../../errors.ts'
import type { Destination } from '../../login/destination.ts'
import type { NewSession } from '../../login/save.ts'
import { StepTime } from '../../system/step-time.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'

interface LoginArgs extends CommonFlags {
  server?: string
  user?: string
  withToken?: boolean
}

/** Saves an access token, never the password, and a profile that points to it. Another login replaces the token. */
export const login: Command<LoginArgs> = {
  usage: 'login [server] [user]',
  summary: 'Log in with an admin account and save its access token in a profile',
  positionals: {
    server: 'server name such as example.org, or the URL of the homeserver',
    user: 'username or user ID of an admin',
  },
  options: ['with-token'],
  examples: [
    ['$0 login', 'log in, answering prompts'],
    ['$0 login example.org alice --profile club', 'add a second homeserver'],
    ['$0 login http://127.0.0.1:8448 --with-token < FILE', 'use an access token from stdin'],
  ],
  async run(args, context) {
    refuseDebugging(context.environment)
    const { io } = context
    if (!io.isInteractive && !args.withToken)
      throw new SetupError('cannot ask for the password without a terminal', {
        hint: 'add --with-token and give an access token on stdin',
      })
    const { destinationOf, settingsBefore } = await import('../../login/destination.ts')
    const { prepare, readOld } = await import('../../login/keep.ts')
    const { save } = await import('../../login/save.ts')
    const { withLock } = await import('../../system/lock.ts')
    const before = await settingsBefore(context, args)
    const time = new StepTime(before.timeoutMs)
    const homeserver = await chooseHomeserver(args, context, before, time)
    const destination = await destinationOf(context, args, homeserver)
    const file = destination.credentialsFile
    prepare(destination, context.userId)
    readOld(file, context.userId)
    // Within the lock, since waiting for it in vain would lose the token of a new session.
    const resume = time.pause()
    await withLock(file, context, async () => {
      resume()
      await save(context, destination, await openSession(args, context, destination, time), time)
    })
    return check.run(flagsOf(args), context)
  },
}

const flagsOf = ({ envFile, profile, timeout, json, quiet }: LoginArgs & { quiet?: boolean }): CommonFlags =>
  ({ envFile, profile, timeout, json, quiet }) as CommonFlags

/** The homeserver: from the arguments, typed, or from the settings. It answered as one, and a token may be sent to it. */
async function chooseHomeserver(
  args: LoginArgs,
  context: Context,
  { homeserver: known, allowPlainHttp }: Settings,
  time: StepTime,
): Promise<URL> {
  const { io } = context
  const { findHomeserver } = await import('../../login/find-homeserver.ts')
  const { checkTokenTransport } = await import('../../config/credentials.ts')
  const { createHttp } = await import('../../matrix/http.ts')
  const { MatrixClient } = await import('../../matrix/client.ts')
  const set = known.href.replace(/\/$/, '')
  const ask = io.isInteractive && !args.withToken
  const resume = time.pause()
  const named = args.server ?? (ask ? (await io.ask(`homeserver (name or URL) [${set}]: `)).trim() : '')
  resume()
  const connect = (base: URL) => createHttp(base, undefined, context.interrupt)
  const limits = () => ({ deadline: time.question })
  const homeserver = await findHomeserver(named || set, connect, limits).catch(explain)
  checkTokenTransport(homeserver, allowPlainHttp)
  await new MatrixClient(connect(homeserver)).versions(limits()).catch(explain)
  if (args.server !== undefined || named !== '') io.notice(`homeserver: ${homeserver.href}`)
  return homeserver
}

/** Throws what was thrown; where no homeserver answers, with a hint about the address that was just given, not about settings. */
async function explain(error: unknown): Promise<never> {
  const { ForeignResponseError, UnreachableError, withHint } = await import('../../matrix/matrix-errors.ts')
  if (!(error instanceof UnreachableError || error instanceof ForeignResponseError)) throw error
  throw withHint(error, 'check the address and the port, then run `matrix-users login` again')
}

async function openSession(
  args: LoginArgs,
  context: Context,
  { settings }: Destination,
  time: StepTime,
): Promise<NewSession> {
  const { io } = context
  const resume = time.pause()
  const { createHttp } = await import('../../matrix/http.ts')
  const { logIn, sessionOf } = await import('../../login/open-session.ts')
  if (args.withToken) {
    const { MatrixClient } = await import('../../matrix/client.ts')
    const token = await readToken(context)
    resume()
    const client = new MatrixClient(createHttp(settings.homeserver, token, context.interrupt))
    return { ...(await sessionOf(client, token, { deadline: time.question })), isOurs: false }
  }
  const user = args.user ?? (await io.ask('username: ')).trim()
  if (user === '') throw new SetupError('missing username: nothing was done')
  const password = await io.askSecret('password (not shown): ')
  resume()
  const { AuthClient } = await import('../../matrix/auth-client.ts')
  const auth = new AuthClient(createHttp(settings.homeserver, undefined, context.interrupt))
  return { ...(await logIn(auth, user, password, { deadline: time.question })), isOurs: true }
}

async function readToken({ io }: Context): Promise<string> {
  const { isToken } = await import('../../config/credentials.ts')
  const token = (io.isInteractive ? await io.askSecret('access token (not shown): ') : await io.readStdin()).trim()
  if (isToken(token)) return token
  throw new SetupError(`the text ${io.isInteractive ? 'typed' : 'from stdin'} is not an access token`, {
    hint: 'give the token alone, on one line, as the homeserver or a Matrix client shows it',
  })
}

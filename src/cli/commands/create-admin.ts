import { type CommonFlags, type Context, noCredentials, openSettings, refuseDebugging } from '../../config/session.ts'
import type { Settings } from '../../config/settings.ts'
import { type ExitCode, exitCodes, SetupError } from '../../errors.ts'
import type { Opened } from '../../first-admin/account.ts'
import type { Command } from './command.ts'

interface CreateAdminArgs extends CommonFlags {
  tokenFile?: string
}

/** ms to wait for a homeserver that is starting, and for all that comes after. */
const waitForServer = 30_000
const everythingElse = 30_000

/** Idempotent: valid credentials stay as they are; else the account is made, or logged in, and its credentials are written. */
export const createAdmin: Command<CreateAdminArgs> = {
  usage: 'create-admin',
  summary: "Make the operator's account and its credentials file, or renew its token",
  options: ['token-file'],
  examples: [
    ['$0 create-admin', 'asks for the registration token, if the server wants one'],
    ['$0 create-admin --token-file -', 'reads it from stdin'],
  ],
  async run(args, context) {
    refuseDebugging(context.environment)
    const settings = await openSettings(context, args)
    const file = settings.credentialsFile
    if (file === undefined) throw noCredentials(settings)
    const { checkTokenTransport } = await import('../../config/credentials.ts')
    checkTokenTransport(settings.homeserver, settings.allowPlainHttp)
    const { makeFolder } = await import('../../system/open-file.ts')
    const { dirname } = await import('node:path')
    const { withLock } = await import('../../system/lock.ts')
    try {
      makeFolder(dirname(file))
    } catch (error) {
      throw unwritable(file, error)
    }
    return withLock(file, context, () => createOrRenew(context, args, settings, file))
  },
}

async function createOrRenew(
  context: Context,
  args: CreateAdminArgs,
  settings: Settings,
  file: string,
): Promise<ExitCode> {
  const { existsSync } = await import('node:fs')
  const { credential, readCredentials } = await import('../../config/credentials.ts')
  const { stillValid, openAccount } = await import('../../first-admin/account.ts')
  const { choosePassword } = await import('../../first-admin/password.ts')
  const { readRegistrationToken } = await import('../../first-admin/token.ts')
  const { removeLeftovers, requireReplaceable, restoreFile } = await import('../../system/replace-file.ts')
  restoreFile(file)
  removeLeftovers(file)
  requireReplaceable(file, context.userId)
  const credentials = existsSync(file) ? readCredentials(file, context.userId) : undefined
  const client = await clientFor(context, settings, undefined)
  await client.versions({ deadline: Date.now() + waitForServer, patient: true })
  const limits = { deadline: Date.now() + everythingElse, patient: true }

  const token = credentials && credential(credentials, 'ADMIN_TOKEN')
  if (
    credentials &&
    token !== undefined &&
    (await stillValid(await clientFor(context, settings, token), credentials, limits))
  ) {
    await context.io.write(`the credentials are valid: ${credential(credentials, 'ADMIN_MXID')} (${file})\n`)
    return exitCodes.ok.code
  }
  const user = (credentials && credential(credentials, 'ADMIN_USER')) ?? settings.adminUser
  const password = choosePassword(settings, credentials, file, context.userId)
  const request = { user, password, token: () => readRegistrationToken(context.io, args.tokenFile, settings.dataDir) }
  const opened = await openAccount(client, request, limits).catch((error) => {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : unwritable(file, error)
  })
  await writeCredentials(file, user, password.value, opened)
  password.forget()
  return finish(context, settings, file, opened)
}

async function clientFor(context: Context, settings: Settings, token: string | undefined) {
  const { createHttp } = await import('../../matrix/http.ts')
  const { MatrixClient } = await import('../../matrix/client.ts')
  return new MatrixClient(createHttp(settings.homeserver, token, context.interrupt))
}

async function writeCredentials(
  file: string,
  user: string,
  password: string,
  { mxid, token, isNew }: Opened,
): Promise<void> {
  const { formatCredentials } = await import('../../config/credentials.ts')
  const { replaceFile } = await import('../../system/replace-file.ts')
  const { serverNameOf } = await import('../../matrix/identifiers.ts')
  const values = {
    ADMIN_USER: user,
    ADMIN_MXID: mxid,
    ADMIN_PASS: password,
    ADMIN_TOKEN: token,
    SERVER_NAME: serverNameOf(mxid) ?? '',
  }
  try {
    replaceFile(file, formatCredentials(values))
  } catch (error) {
    throw new SetupError(
      `${mxid} ${isNew ? 'was registered' : 'was logged in'}, but its credentials cannot be written: ${(error as Error).message}`,
      {
        hint: 'make room, or make the folder writable, then run create-admin again: it logs in with the same password',
        cause: error,
      },
    )
  }
}

function unwritable(file: string, error: unknown): SetupError {
  return new SetupError(`the credentials cannot be written to ${file}: ${(error as Error).message}`, {
    hint: 'make room, or make the folder writable; nothing was registered',
    cause: error,
  })
}

/** Says what is there now. An account that is no admin is kept, and exit 2 says what an admin must post. */
async function finish(context: Context, settings: Settings, file: string, opened: Opened): Promise<ExitCode> {
  const { AdminRoom } = await import('../../matrix/admin-room/admin-room.ts')
  const { findAdminRoom } = await import('../../matrix/admin-room/find.ts')
  const { serverNameOf } = await import('../../matrix/identifiers.ts')
  const { isServerAdmin } = await import('../../first-admin/admin-state.ts')
  const client = await clientFor(context, settings, opened.token)
  const limits = { deadline: Date.now() + 6000, patient: true }
  const done = `${opened.mxid} ${opened.isNew ? 'was registered' : 'was logged in'}`
  const line = AdminRoom.line(settings.prefix, ['users', 'make-user-admin', opened.mxid])
  const makeAdmin = `an admin must post in the admin room: ${line}; with an admin account that exists, run \`matrix-users login\` instead`
  const admin = await isServerAdmin(client, opened.mxid, limits)
  if (admin === false)
    throw new SetupError(`${done} and its credentials are in ${file}, but it is no admin of the server`, {
      hint: makeAdmin,
    })
  const roomId = await findAdminRoom(client, serverNameOf(opened.mxid) ?? '', settings.adminRoomId, limits)
  await client.join(roomId, limits).catch((cause) => {
    throw new SetupError(`${done} and its credentials are in ${file}, but it may not join the admin room`, {
      hint: makeAdmin,
      cause,
    })
  })
  await context.io.write(`${done}; its credentials are in ${file}\n`)
  return exitCodes.ok.code
}

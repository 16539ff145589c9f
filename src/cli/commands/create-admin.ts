import type { CommonFlags, Context } from '../../config/context.ts'
import { noCredentials, openSettings, refuseDebugging } from '../../config/session.ts'
import type { Settings } from '../../config/settings.ts'
import { asUserError, type ExitCode, exitCodes, InterruptedError, SetupError } from '../../errors.ts'
import type { Opened } from '../../first-admin/account.ts'
import type { Limits } from '../../matrix/request.ts'
import { StepTime } from '../../system/step-time.ts'
import type { Command } from './command.ts'

interface CreateAdminArgs extends CommonFlags {
  tokenFile?: string
}

/** ms to wait for a homeserver that is starting. */
const waitForServer = 30_000

/** Idempotent: valid credentials stay as they are; else the account is created or logged in, and its credentials are written. */
export const createAdmin: Command<CreateAdminArgs> = {
  usage: 'create-admin',
  summary: "Create the operator's account on a new server, or renew its access token",
  options: ['token-file'],
  examples: [
    ['$0 create-admin', 'ask for the registration token if the server wants one'],
    ['$0 create-admin --token-file -', 'read the registration token from stdin'],
    ['ADMIN_MATRIX_USER=bob $0 create-admin', 'choose the username (default: admin)'],
  ],
  instead:
    'choose the username with `ADMIN_MATRIX_USER=NAME matrix-users create-admin`; type the registration token at the prompt, or give --token-file FILE',
  async run(args, context) {
    refuseDebugging(context.environment)
    const settings = await openSettings(context, args)
    const file = settings.credentialsFile
    if (file === undefined) throw noCredentials(settings)
    const { checkTokenTransport } = await import('../../config/credentials.ts')
    checkTokenTransport(settings.homeserver, settings.allowPlainHttp)
    const { makeFolder } = await import('../../system/open-file.ts')
    const { dirname } = await import('node:path')
    const { unwritable } = await import('../../first-admin/save-credentials.ts')
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
  const { choosePassword } = await import('../../first-admin/chosen-password.ts')
  const { withAudit } = await import('../../audit/with-audit.ts')
  const { readRegistrationToken } = await import('../../first-admin/registration-token.ts')
  const { saveCredentials, unwritable } = await import('../../first-admin/save-credentials.ts')
  const { removeLeftovers, requireReplaceable, restoreFile } = await import('../../system/replace-file.ts')
  restoreFile(file)
  removeLeftovers(file)
  requireReplaceable(file, context.userId)
  const credentials = existsSync(file) ? readCredentials(file, context.userId) : undefined
  const { client, auth } = await clientsFor(context, settings, undefined)
  const stopWaiting = context.io.waiting(() => `waiting for the homeserver at ${settings.homeserver.origin} …`)
  await client.versions({ deadline: Date.now() + waitForServer, patient: true }).finally(stopWaiting)
  const time = new StepTime(settings.timeoutMs)
  const limits = limitsOf(time)

  const owner = credentials && credential(credentials, 'ADMIN_USER')
  if (owner !== undefined && !['admin', owner].includes(settings.adminUser))
    context.io.warn(
      `ADMIN_MATRIX_USER=${settings.adminUser} has no effect: the credentials in ${file} are for ${owner}`,
    )
  const known = credentials && credential(credentials, 'ADMIN_TOKEN')
  if (
    credentials &&
    known !== undefined &&
    (await stillValid((await clientsFor(context, settings, known)).client, credentials, limits))
  ) {
    const mxid = credential(credentials, 'ADMIN_MXID') ?? ''
    return report(
      context,
      args,
      { status: 'valid', user_id: mxid, file },
      `the credentials are valid: ${mxid} (${file})`,
    )
  }
  const user = owner ?? settings.adminUser
  const password = choosePassword(settings, credentials, file, context.userId)
  const token = async () => {
    const resume = time.pause()
    const { homeserver, dataDir } = settings
    const purpose = { user, homeserver }
    return readRegistrationToken(context.io, args.tokenFile, dataDir, context.userId, purpose).finally(resume)
  }
  const request = { user, password, token }
  const open = () =>
    openAccount(auth, request, limits).catch((error) => {
      throw (error as NodeJS.ErrnoException).syscall === undefined ? error : unwritable(file, error)
    })
  const by = { operator: user, caller: context.caller, settings }
  const opened = await withAudit(by, context.io.warn, { op: 'create-admin', target: user }, open, ({ isNew }) => ({
    rc: exitCodes.ok.code,
    outcome: isNew ? 'done' : 'already so',
  }))
  saveCredentials(file, user, opened)
  password.forget()
  const secrets = `its ${password.isGenerated ? 'generated ' : ''}password (ADMIN_PASS) and its access token`
  return finish(context, args, settings, { file, secrets, time }, opened)
}

/** For requests that are asked now, however long ago the command began. */
function limitsOf(time: StepTime): Limits {
  return {
    get deadline() {
      return time.question
    },
    patient: true,
  }
}

async function clientsFor(context: Context, settings: Settings, token: string | undefined) {
  const { createHttp } = await import('../../matrix/http.ts')
  const { AuthClient } = await import('../../matrix/auth-client.ts')
  const { MatrixClient } = await import('../../matrix/client.ts')
  const http = createHttp(settings.homeserver, token, context.interrupt)
  return { client: new MatrixClient(http), auth: new AuthClient(http) }
}

/** Reports the account. One that is not an admin is kept, and exit code 2 names the command that an admin must post. */
async function finish(
  context: Context,
  args: CreateAdminArgs,
  settings: Settings,
  { file, secrets, time }: { file: string; secrets: string; time: StepTime },
  opened: Opened,
): Promise<ExitCode> {
  const { AdminRoom } = await import('../../matrix/admin-room/admin-room.ts')
  const { mxid, isNew } = opened
  const done = `${mxid} ${isNew ? 'was registered' : 'was logged in'}`
  const line = AdminRoom.line(settings.prefix, ['users', 'make-user-admin', mxid])
  const problem = await becomeMember(context, settings, opened, time).catch((error) => {
    if (error instanceof InterruptedError) throw error
    const shown = asUserError(error)
    if (shown === undefined) throw error
    throw new SetupError(`${done} and its credentials are in ${file}, but ${shown.message}`, {
      hint: 'run create-admin again when this is fixed (it finds the credentials valid)',
      cause: error,
    })
  })
  if (problem !== undefined)
    throw new SetupError(`${done} and its credentials are in ${file}, but ${problem}`, {
      hint: `ask an admin to post "${line}" in the admin room, or run \`matrix-users login\` with an existing admin account`,
    })
  const status = isNew ? 'registered' : 'logged in'
  return report(context, args, { status, user_id: mxid, file }, `${done}; ${secrets} are in ${file}`)
}

/** Checks that the account is an admin, and joins the admin room. Gives the reason if that is not so. */
async function becomeMember(
  context: Context,
  settings: Settings,
  { mxid, token }: Opened,
  time: StepTime,
): Promise<string | undefined> {
  const { findAdminRoom } = await import('../../matrix/admin-room/find.ts')
  const { MatrixError } = await import('../../matrix/matrix-errors.ts')
  const { serverNameOf } = await import('../../matrix/identifiers.ts')
  const { isServerAdmin } = await import('../../first-admin/admin-state.ts')
  const { client } = await clientsFor(context, settings, token)
  const limits = limitsOf(time)
  if ((await isServerAdmin(client, mxid, limits)) === false) return 'it is not an admin of the server'
  const roomId = await findAdminRoom(client, serverNameOf(mxid) ?? '', settings.adminRoomId, limits)
  try {
    await client.join(roomId, limits)
  } catch (error) {
    if (error instanceof MatrixError && error.status === 403) return 'it cannot join the admin room'
    throw error
  }
  return undefined
}

async function report(
  { io }: Context,
  { json }: CreateAdminArgs,
  data: Record<string, string>,
  text: string,
): Promise<ExitCode> {
  await io.write(`${json ? JSON.stringify(data) : text}\n`)
  return exitCodes.ok.code
}

import type { Caller } from '../audit/write.ts'
import { SetupError } from '../errors.ts'
import type { AuthClient } from '../matrix/auth-client.ts'
import type { MatrixClient } from '../matrix/client.ts'
import type { Http } from '../matrix/http.ts'
import type { CommonFlags, Context } from './context.ts'
import type { Settings } from './settings.ts'

/** The operator on one homeserver: checked settings, the server's name, clients with the token, and who asked for it. */
export interface Session {
  settings: Settings
  caller: Caller
  /** Aborted when the program is asked to end, with the error to end with as its reason. */
  interrupt: AbortSignal
  serverName: string
  operator: string
  http: Http
  client: MatrixClient
  auth: AuthClient
}

/** The settings alone, for what sends nothing. */
export async function openSettings(context: Context, flags: CommonFlags): Promise<Settings> {
  const { loadSettings } = await import('./settings.ts')
  const { existsSync } = await import('node:fs')
  const { readSmallFile } = await import('../system/open-file.ts')
  const files = { read: readSmallFile, exists: existsSync, homeDir: context.homeDir }
  return loadSettings(flags, context.environment, files)
}

/** The checked settings, the operator and the server; nothing is sent. Throws SetupError. */
export async function openIdentity(context: Context, flags: CommonFlags) {
  refuseDebugging(context.environment)
  const settings = await openSettings(context, flags)
  const { readCredentials, requireMxid, requireToken, resolveServerName, checkTokenTransport } = await import(
    './credentials.ts'
  )
  if (settings.credentialsFile === undefined) throw noCredentials(settings)
  const credentials = readCredentials(settings.credentialsFile, context.userId)
  const serverName = resolveServerName(settings, credentials)
  const token = requireToken(credentials)
  checkTokenTransport(settings.homeserver, settings.allowPlainHttp)
  return { settings, serverName, operator: requireMxid(credentials), token }
}

/** Neither DATA_DIR nor ADMIN_CRED_FILE says where the credentials are. */
export function noCredentials({ serverFile }: Settings): SetupError {
  return new SetupError('no credentials: neither DATA_DIR nor ADMIN_CRED_FILE is set', {
    hint:
      serverFile === undefined
        ? 'run `matrix-users login`, or name the env file that sets them with --env-file or POCKET_ENV'
        : `set DATA_DIR in ${serverFile}, which takes it from no other source`,
  })
}

/** Everything a command needs to talk to the homeserver. Throws SetupError. */
export async function openSession(context: Context, flags: CommonFlags): Promise<Session> {
  return connect(context, await openIdentity(context, flags))
}

/** The session of an identity that was opened before. */
export async function connect(
  context: Context,
  { token, ...identity }: Awaited<ReturnType<typeof openIdentity>>,
): Promise<Session> {
  const { createHttp } = await import('../matrix/http.ts')
  const { AuthClient } = await import('../matrix/auth-client.ts')
  const { MatrixClient } = await import('../matrix/client.ts')
  const { caller, interrupt } = context
  const http = createHttp(identity.settings.homeserver, token, interrupt)
  return { ...identity, caller, interrupt, http, client: new MatrixClient(http), auth: new AuthClient(http) }
}

/** Throws SetupError for NODE_DEBUG, with which node prints the Authorization header, and for the variable with which it trusts any certificate. */
export function refuseDebugging(environment: Context['environment']): void {
  if (environment.NODE_DEBUG)
    throw new SetupError('NODE_DEBUG is set: node would print the access token', { hint: 'unset NODE_DEBUG' })
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    throw new SetupError('NODE_TLS_REJECT_UNAUTHORIZED is 0: the access token would go to any server', {
      hint: 'unset NODE_TLS_REJECT_UNAUTHORIZED',
    })
}

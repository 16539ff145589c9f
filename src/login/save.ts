import type { Context } from '../config/context.ts'
import { asUserError, SetupError } from '../errors.ts'
import type { AccountToken } from '../matrix/auth-client.ts'
import { createHttp } from '../matrix/http.ts'
import { serverNameOf } from '../matrix/identifiers.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import type { StepTime } from '../system/step-time.ts'
import type { Destination } from './destination.ts'
import { endOwnSession, endSession } from './end-session.ts'
import { keep, type OldCredentials, readOld } from './keep.ts'
import { shellQuoted } from './set-in-env-file.ts'
import { spareWorkingCredentials } from './spare-credentials.ts'

export interface NewSession extends AccountToken {
  /** Whether this login opened it; else the user gave its token. */
  isOurs: boolean
}

/**
 * Writes everything within the time of the login, unless that would replace an admin's credentials by those of no admin. If it fails,
 * the new session is ended: its token would be lost.
 */
export async function save(
  context: Context,
  destination: Destination,
  session: NewSession,
  time: StepTime,
): Promise<void> {
  const { mxid, token, isOurs } = session
  const { credentialsFile, profile, settings } = destination
  const limits = () => ({ deadline: time.question })
  const old = readOld(credentialsFile, context.userId)
  const isSame = old?.ADMIN_MXID === mxid
  const values = {
    ADMIN_USER: mxid.slice(1, mxid.indexOf(':')),
    ADMIN_MXID: mxid,
    // A login with a token keeps the password that create-admin generated.
    ADMIN_PASS: (!isOurs && isSame && old.ADMIN_PASS) || '',
    ADMIN_TOKEN: token,
    SERVER_NAME: serverNameOf(mxid) ?? '',
  }
  const keeping = async () => {
    await spareWorkingCredentials(context, destination, session, old, limits)
    return keepOrFail(destination, values, old)
  }
  const aside = await keeping().catch(async (error) => {
    // In the time of the check, which is not made then.
    time.next()
    if (isOurs) await endSession(createHttp(settings.homeserver, token, context.interrupt), limits()).catch(() => {})
    throw error
  })
  context.io.notice(`logged in as ${mxid}; the access token is in ${credentialsFile}`)
  if (profile !== undefined) context.io.notice(`the profile ${profile.file} points to it`)
  if (aside !== undefined) context.io.notice(`the previous credentials are in ${aside}${wayBack(aside, destination)}`)
  if (isSame) await endOld(context, destination, old, token, limits())
}

/** The profile now has the address of another homeserver, where the old credentials do not work. */
function wayBack(aside: string, { credentialsFile, isKnownServer }: Destination): string {
  return isKnownServer ? `; to go back: cp ${shellQuoted(aside)} ${shellQuoted(credentialsFile)}` : ''
}

/** Ends the old session. The new token is saved already, so a failure is only a warning. The old token is sent only to the homeserver that it was for. */
async function endOld(
  { io, interrupt }: Context,
  { settings, isKnownServer }: Destination,
  { ADMIN_TOKEN }: OldCredentials,
  token: string,
  limits: Limits,
): Promise<void> {
  if (ADMIN_TOKEN === undefined || ADMIN_TOKEN === token) return
  try {
    if (isKnownServer && (await endOwnSession(createHttp(settings.homeserver, ADMIN_TOKEN, interrupt), limits)))
      io.notice('the old access token was logged out')
    else io.notice('the old access token was not logged out: matrix-users did not create it for this homeserver')
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN') return
    io.warn('the old access token could not be logged out, and may still work')
  }
}

async function keepOrFail(...what: Parameters<typeof keep>): Promise<string | undefined> {
  try {
    return keep(...what)
  } catch (error) {
    const shown = asUserError(error)
    if (shown === undefined) throw error
    throw new SetupError(`cannot save the login: ${shown.message}`, {
      hint: 'free disk space or make the folder writable (the previous credentials are unchanged)',
      cause: error,
    })
  }
}

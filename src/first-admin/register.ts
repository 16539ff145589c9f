import { SetupError } from '../errors.ts'
import {
  type AccountToken,
  type AuthClient,
  accountTokenOf,
  dummyStage,
  flowsOf,
  tokenStage,
} from '../matrix/auth-client.ts'
import { MatrixError, RequestError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'

export interface NewAccount {
  user: string
  password: string
  /** The registration token; asked for only if the server wants one. */
  token(): Promise<string>
}

/**
 * Registers an account through the stages that the server asks for (Client-Server API, "User-Interactive Authentication"),
 * of which a registration token and the dummy are supported. Gives undefined where the name is taken or an answer was lost:
 * then a login finds out which. Throws SetupError.
 */
export async function register(
  auth: AuthClient,
  account: NewAccount,
  limits: Limits,
): Promise<AccountToken | undefined> {
  const { user, password } = account
  const details = { username: user, password, initial_device_display_name: 'matrix-users' }
  try {
    let answer = await auth.register(details, limits)
    const done = new Set<string>()
    while (answer.user_id === undefined) {
      const stage = nextStage(answer, done)
      const secret = stage === tokenStage ? { token: await account.token() } : {}
      answer = await auth.register({ ...details, auth: { type: stage, session: answer.session, ...secret } }, limits)
      if (typeof answer.errcode === 'string') throw wrongToken(answer.errcode)
      done.add(stage)
    }
    return accountTokenOf(answer, '_matrix/client/v3/register')
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.reached) return undefined
    if (!(error instanceof MatrixError)) throw error
    if (error.errcode === 'M_USER_IN_USE') return undefined
    throw refused(error, user)
  }
}

function nextStage(answer: Record<string, unknown>, done: ReadonlySet<unknown>): string {
  const ours = flowsOf(answer).find((stages) => stages.every((stage) => stage === tokenStage || stage === dummyStage))
  const next = ours?.find((stage) => !done.has(stage))
  if (next === tokenStage || next === dummyStage) return next
  throw new SetupError('the homeserver requires registration steps that only a person can complete', {
    hint: 'register the account in a Matrix client, and set ADMIN_MATRIX_USER and ADMIN_MATRIX_PASS',
  })
}

function wrongToken(errcode: string): SetupError {
  return new SetupError(`the homeserver does not accept the registration token (401 ${errcode})`, {
    hint: 'use the one-time token from its console if the homeserver has no accounts yet (the configured token does not work then); otherwise check that the token is typed correctly, unused and not expired, or run `matrix-users login` with an existing admin account',
  })
}

function refused(error: MatrixError, user: string): SetupError {
  if (error.errcode === 'M_FORBIDDEN')
    return new SetupError('registration is closed on this homeserver', {
      hint: 'run `matrix-users login` with an existing admin account, or allow registration with a token in the configuration of the homeserver',
      cause: error,
    })
  const about = /PASSWORD/.test(error.errcode)
    ? 'the password (ADMIN_MATRIX_PASS)'
    : `the name ${user} (ADMIN_MATRIX_USER)`
  return new SetupError(`the homeserver refuses ${about}: ${error.status} ${error.errcode}`, {
    hint: 'choose another',
    cause: error,
  })
}

import { isToken } from '../config/credentials.ts'
import { DiagnosableError, SetupError } from '../errors.ts'
import type { AccountToken, AuthClient } from '../matrix/auth-client.ts'
import type { MatrixClient } from '../matrix/client.ts'
import { serverNameOf } from '../matrix/identifiers.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import { quote } from '../system/foreign-text.ts'

/** Logs in with a password. Throws SetupError for what the server refuses, and for an answer that no credentials file can hold. */
export async function logIn(auth: AuthClient, user: string, password: string, limits: Limits): Promise<AccountToken> {
  try {
    return usable(await auth.login(user, password, limits))
  } catch (error) {
    throw error instanceof MatrixError ? refused(error, user) : error
  }
}

/** The account of a token. Throws SetupError likewise. */
export async function sessionOf(client: MatrixClient, token: string, limits: Limits): Promise<AccountToken> {
  try {
    return usable({ mxid: await client.whoami(limits), token })
  } catch (error) {
    if (!(error instanceof MatrixError) || !/^M_(UNKNOWN|MISSING)_TOKEN$/.test(error.errcode)) throw error
    throw new SetupError(`the homeserver does not accept this access token (${error.status} ${error.errcode})`, {
      hint: 'use another one: it was logged out, or belongs to another homeserver',
      cause: error,
    })
  }
}

function usable(login: AccountToken): AccountToken {
  if (serverNameOf(login.mxid) === undefined)
    throw new DiagnosableError(`the homeserver sent an invalid user ID: ${quote(login.mxid)}`)
  if (!isToken(login.token))
    throw new DiagnosableError('the homeserver sent an access token with characters that are not allowed')
  return login
}

const reasons: Record<string, [what: string, hint: string]> = {
  M_FORBIDDEN: ['this username and password', 'check both, or use --with-token for an account with single sign-on'],
  M_NOT_FOUND: ['this username', 'check the username and the homeserver'],
  M_USER_DEACTIVATED: ['this account, which is deactivated', 'use another account'],
  M_USER_LOCKED: ['this account, which is locked', 'ask another admin to post: users unlock <your user ID>'],
}

function refused(error: MatrixError, user: string): SetupError {
  const reason = reasons[error.errcode]
  if (reason === undefined) return error
  return new SetupError(`the homeserver refuses ${reason[0]}: ${quote(user)} (${error.status} ${error.errcode})`, {
    hint: reason[1],
    cause: error,
  })
}

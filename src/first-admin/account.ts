import { type Credentials, credential } from '../config/credentials.ts'
import { SetupError } from '../errors.ts'
import type { AccountToken, AuthClient } from '../matrix/auth-client.ts'
import type { MatrixClient } from '../matrix/client.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import type { ChosenPassword } from './chosen-password.ts'
import { register } from './register.ts'

/** The account, whether it was created, and the password that it has. */
export interface Opened extends AccountToken {
  isNew: boolean
  password: string
}

export interface AccountRequest {
  user: string
  password: ChosenPassword
  token(): Promise<string>
}

/** Whether the credentials' token still belongs to their account. Throws what the server or the network says otherwise. */
export async function stillValid(client: MatrixClient, credentials: Credentials, limits: Limits): Promise<boolean> {
  const mxid = credential(credentials, 'ADMIN_MXID')
  try {
    return mxid !== undefined && (await client.whoami(limits)) === mxid
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN') return false
    throw error
  }
}

/** Registers the account, or logs in where its name is taken. Throws SetupError. */
export async function openAccount(auth: AuthClient, request: AccountRequest, limits: Limits): Promise<Opened> {
  const { user, password } = request
  const free = await auth.usernameAvailable(user, limits).catch((error) => {
    throw error instanceof MatrixError ? unusable(user, error) : error
  })
  if (free) {
    password.keep()
    const login = await register(auth, { user, password: password.value, token: request.token }, limits).catch(
      (error) => {
        // Refused, so nothing was registered, and the next run must not take the generated password for one of an existing account.
        if (!password.known && error instanceof SetupError) password.forget()
        throw error
      },
    )
    if (login) return { ...login, isNew: true, password: password.value }
  } else if (!password.known)
    throw new SetupError(`the account ${user} exists, but its password is unknown`, {
      hint: 'run `matrix-users login` if it is your admin account; otherwise set ADMIN_MATRIX_PASS to its password, or ADMIN_MATRIX_USER to another name',
    })
  try {
    return { ...(await logIn(auth, user, password, limits)), isNew: false }
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error
    throw new SetupError(
      `the account ${user} exists, but the login with the known password failed (${error.status} ${error.errcode})`,
      {
        hint: 'run `matrix-users login`, or set ADMIN_MATRIX_PASS to its password; if it is deactivated, set ADMIN_MATRIX_USER to another name',
        cause: error,
      },
    )
  }
}

/** With the one or the other password. Throws what the server says to the last. */
async function logIn(auth: AuthClient, user: string, { value, other }: ChosenPassword, limits: Limits) {
  try {
    return { ...(await auth.login(user, value, limits)), password: value }
  } catch (error) {
    if (other === undefined || !(error instanceof MatrixError && error.errcode === 'M_FORBIDDEN')) throw error
    return { ...(await auth.login(user, other, limits)), password: other }
  }
}

function unusable(user: string, error: MatrixError): SetupError {
  return new SetupError(`the homeserver refuses the name ${user} (${error.status} ${error.errcode})`, {
    hint: 'set ADMIN_MATRIX_USER to another name',
    cause: error,
  })
}

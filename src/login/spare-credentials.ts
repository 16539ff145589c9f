import type { Context } from '../config/context.ts'
import { SetupError } from '../errors.ts'
import { isServerAdmin } from '../first-admin/admin-state.ts'
import type { AccountToken } from '../matrix/auth-client.ts'
import { MatrixClient } from '../matrix/client.ts'
import { createHttp } from '../matrix/http.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import type { Destination } from './destination.ts'
import type { OldCredentials } from './keep.ts'

/**
 * Throws SetupError if a login would replace the working credentials of another account with those of one that is not an
 * admin: no command would work any more. Where the server does not say who is an admin, nothing is refused. Throws as `Http` does.
 */
export async function spareWorkingCredentials(
  { interrupt }: Context,
  { settings: { homeserver }, isKnownServer }: Destination,
  { mxid, token }: AccountToken,
  old: OldCredentials | undefined,
  limits: () => Limits,
): Promise<void> {
  // The old token is sent only to the homeserver that it was for.
  if (!isKnownServer || old?.ADMIN_TOKEN === undefined || old.ADMIN_MXID === undefined || old.ADMIN_MXID === mxid)
    return
  const clientOf = (sent: string) => new MatrixClient(createHttp(homeserver, sent, interrupt))
  if ((await isServerAdmin(clientOf(token), mxid, limits())) !== false) return
  if (!(await isAccepted(clientOf(old.ADMIN_TOKEN), limits()))) return
  throw new SetupError(`${mxid} is not an admin of the server: the credentials of ${old.ADMIN_MXID} are unchanged`, {
    shellHint: `run \`matrix-users make-admin ${mxid}\` first, or log in with another account`,
  })
}

async function isAccepted(client: MatrixClient, limits: Limits): Promise<boolean> {
  try {
    await client.whoami(limits)
    return true
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN') return false
    throw error
  }
}

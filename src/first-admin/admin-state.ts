import type { MatrixClient } from '../matrix/client.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import { askFamily } from '../matrix/server-family.ts'

/** Whether an account, the client's own, is a server admin; undefined where the server cannot be asked (MSC4323). Throws as `Http` does. */
export async function isServerAdmin(client: MatrixClient, mxid: string, limits: Limits): Promise<boolean | undefined> {
  try {
    await client.accountModeration('suspend', mxid, limits)
    return true
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error
    if (error.errcode === 'M_FORBIDDEN')
      return (await askFamily(client, limits)).hidesOneself ? client.mayModerate(limits) : false
    if (error.errcode === 'M_UNRECOGNIZED') return undefined
    // The server says only to admins that an account is missing.
    if (error.errcode === 'M_USER_DEACTIVATED' || error.errcode === 'M_NOT_FOUND') return true
    throw error
  }
}

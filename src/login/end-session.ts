import { AuthClient } from '../matrix/auth-client.ts'
import type { Http } from '../matrix/http.ts'
import { path as apiPath } from '../matrix/path.ts'
import type { Limits } from '../matrix/request.ts'
import { textField } from '../matrix/text-field.ts'

/** The device name of sessions that this program opened. */
const ownDevice = 'matrix-users'

/** Ends the session of the token that `http` sends, also when the user interrupts. Throws as `Http` does. */
export function endSession(http: Http, limits: Limits): Promise<void> {
  return new AuthClient(http).logout({ ...limits, despiteInterrupt: true })
}

/**
 * Ends the session of a token if a login of this program opened it: any other may belong to a Matrix client in use. Gives
 * whether it was ended. Throws as `Http` does.
 */
export async function endOwnSession(http: Http, limits: Limits): Promise<boolean> {
  const whoami = apiPath`_matrix/client/v3/account/whoami`
  const id = textField((await http.json({ method: 'GET', path: whoami, ...limits })).device_id, 'GET', whoami)
  const device = await http.json({ method: 'GET', path: apiPath`_matrix/client/v3/devices/${id}`, ...limits })
  if (device.display_name !== ownDevice) return false
  await endSession(http, limits)
  return true
}

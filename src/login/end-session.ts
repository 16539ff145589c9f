import type { Http } from '../matrix/http.ts'
import { path as apiPath } from '../matrix/path.ts'
import type { Limits } from '../matrix/request.ts'
import { textField } from '../matrix/text-field.ts'

/** The name that our logins give their devices. */
const ownDevice = 'matrix-users'

/** Ends the session of the token that `http` sends. Throws as `Http` does. */
export async function endSession(http: Http, limits: Limits): Promise<void> {
  const path = apiPath`_matrix/client/v3/logout`
  await http.json({ method: 'POST', path, json: {}, despiteInterrupt: true, ...limits })
}

/**
 * Ends the session of a token if a login of this program opened it: one that came from elsewhere may be a client that
 * somebody uses. Gives whether it was ended. Throws as `Http` does.
 */
export async function endOwnSession(http: Http, limits: Limits): Promise<boolean> {
  const whoami = apiPath`_matrix/client/v3/account/whoami`
  const id = textField((await http.json({ method: 'GET', path: whoami, ...limits })).device_id, 'GET', whoami)
  const device = await http.json({ method: 'GET', path: apiPath`_matrix/client/v3/devices/${id}`, ...limits })
  if (device.display_name !== ownDevice) return false
  await endSession(http, limits)
  return true
}

import {
  checkTokenTransport,
  readCredentials,
  requireMxid,
  requireToken,
  resolveServerName,
} from '../config/credentials.ts'
import { noCredentials, openSettings, refuseDebugging } from '../config/session.ts'
import { AuthClient } from '../matrix/auth-client.ts'
import { MatrixClient } from '../matrix/client.ts'
import { createHttp } from '../matrix/http.ts'
import { StepTime } from '../system/step-time.ts'
import { homeserverOrigin, type Known } from './known.ts'
import { ok, type Step } from './step.ts'

export const settingsStep: Step<Known> = {
  name: 'settings',
  async run(known) {
    refuseDebugging(known.context.environment)
    known.settings = await openSettings(known.context, known.flags)
    const { homeserver, allowPlainHttp, prefix, timeoutMs, adminRoomId } = known.settings
    checkTokenTransport(homeserver, allowPlainHttp)
    known.time = new StepTime(timeoutMs)
    known.http = createHttp(homeserver, undefined, known.context.interrupt)
    known.anonymous = new MatrixClient(known.http)
    known.auth = new AuthClient(known.http)
    const where = `${homeserver.href} (from ${homeserverOrigin(known.settings)})`
    const room = adminRoomId === undefined ? '' : `, room ${adminRoomId}`
    return ok(`homeserver ${where}, prefix ${JSON.stringify(prefix)}, timeout ${timeoutMs / 1000} s${room}`)
  },
}

export const credentialsStep: Step<Known> = {
  name: 'credentials file',
  needs: ['settings'],
  async run(known) {
    const { settings, context } = known
    const file = settings.credentialsFile
    if (file === undefined) throw noCredentials(settings)
    known.credentials = readCredentials(file, context.userId)
    known.operator = requireMxid(known.credentials)
    const token = requireToken(known.credentials)
    known.serverName = resolveServerName(settings, known.credentials)
    known.client = new MatrixClient(createHttp(settings.homeserver, token, context.interrupt))
    const card = known.credentials.hasModes
      ? ''
      : ' (its file system has no permissions, so any app on this device that can read it has the token)'
    return ok(`${file}, for ${known.operator}${card}`)
  },
}

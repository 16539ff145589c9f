import type { Session } from '../config/session.ts'
import { DiagnosableError, SetupError } from '../errors.ts'
import { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { findAdminRoom } from '../matrix/admin-room/find.ts'
import { SynapseTokenApi } from '../matrix/synapse.ts'
import { type Locker, withLock } from '../system/lock.ts'
import { warnIfLax } from '../system/modes.ts'
import { StepTime } from '../system/step-time.ts'
import { Ledger } from './ledger.ts'
import { RoomTokens } from './room-tokens.ts'
import { SynapseTokens } from './synapse-tokens.ts'
import type { TokenServer } from './token-server.ts'

/** The ledger and the server that its tokens are for, under the lock. */
export interface Invites {
  ledger: Ledger
  server: TokenServer
  /** What is left for the questions of this command. */
  time: StepTime
}

/** The lock that keeps other processes away from the invites, and where warnings go. */
export interface Surroundings {
  locker: Locker
  warn(text: string): void
}

/**
 * Runs `work` with the invites of a session, under their lock and after completing what a killed run
 * started. Throws SetupError where registration is closed: every token reads as invalid then.
 */
export async function withInvites<T>(
  session: Session,
  around: Surroundings,
  work: (invites: Invites) => Promise<T>,
): Promise<T> {
  const { dataDir } = session.settings
  if (dataDir === undefined) throw new SetupError('DATA_DIR is not set: it holds the saved invites')
  const ledger = new Ledger(dataDir, around.locker.userId)
  ledger.prepare()
  return withLock(ledger.file, around.locker, async () => {
    ledger.tidy()
    ledger.requireWritable()
    warnIfLax(ledger.file, around.locker.userId, around.warn)
    const time = new StepTime(session.settings.timeoutMs)
    await requireOpenRegistration(session, time)
    const server = await chooseServer(session, time, around.warn)
    await server.recover(ledger)
    return work({ ledger, server, time })
  })
}

async function requireOpenRegistration(session: Session, time: StepTime): Promise<void> {
  if (await session.auth.registrationOpen({ deadline: time.question })) return
  throw new DiagnosableError('registration is closed on this homeserver, so an invite would not work', {
    hint: 'allow registration with a token in the configuration of the homeserver (allow_registration), then restart it',
  })
}

async function chooseServer(session: Session, time: StepTime, warn: Surroundings['warn']): Promise<TokenServer> {
  const api = new SynapseTokenApi(session.http)
  if ((await api.valid({ deadline: time.question })) !== undefined) return new SynapseTokens(api, time)
  const { client, auth, serverName, settings } = session
  const roomId = await findAdminRoom(client, serverName, settings.adminRoomId, { deadline: time.question })
  const { prefix, timeoutMs } = settings
  return new RoomTokens({
    auth,
    room: new AdminRoom(client, roomId, prefix),
    prefix,
    timeoutMs,
    time,
    warn,
  })
}

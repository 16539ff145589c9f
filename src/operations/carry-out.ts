import { withAudit } from '../audit/with-audit.ts'
import type { Session } from '../config/session.ts'
import { exitCodes } from '../errors.ts'
import { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { askBots, findAdminRoom } from '../matrix/admin-room/find.ts'
import { lostAfterPost } from '../matrix/admin-room/post-failures.ts'
import type { Limits } from '../matrix/request.ts'
import { askFamily } from '../matrix/server-family.ts'
import type { AdminCommand } from './admin-command.ts'
import { type Admins, adminsOf, askBefore } from './before-and-after.ts'
import { apiCommandOf, doByApi } from './by-api.ts'
import { refuseAdmin, refuseEndingSessions, refuseMissing, refuseOwnAccount, requireActive } from './consent.ts'
import { deliver } from './deliver.ts'
import { receive } from './receive.ts'
import type { Result, Watcher } from './result.ts'

/** ms for which requests before the post are retried. */
const findTime = 6000

export interface Wishes {
  /** Leave a reply with a secret in the room. */
  keepReply?: boolean | undefined
  /** Make an account an admin also where its state cannot be asked. */
  insist?: boolean | undefined
  /** The operator's own account is meant. */
  self?: boolean | undefined
  /** The room, with one reader, and its members, where several commands are in flight. */
  shared?: { room: AdminRoom; admins: Admins }
}

/**
 * Carries out one command in the admin room: delivers its reply, judges its effect and removes a secret from the room. Every
 * write comes through here and is recorded before and after. Throws UserError before anything was posted; NoReplyError, whatever
 * the failure was, once it was posted or may have been; OutputError where the reply could not be delivered.
 */
export async function carryOut(
  session: Session,
  command: AdminCommand,
  watcher: Watcher,
  { keepReply, insist, self, shared }: Wishes = {},
): Promise<Result> {
  const started = Date.now()
  const redact = isRemoved(command, session, { keepReply })
  const { operation, mxid } = command
  refuseOwnAccount(operation, mxid, session.operator, self === true)
  const work = async () => {
    const deadline = started + session.settings.timeoutMs
    const early = earlyLimits(session, started)
    const finding = shared ? Promise.resolve(shared.room) : openRoom(session, early)
    const admins = finding.then((found) => shared?.admins ?? adminsOf(session, found, early))
    const asking = isByApi(session, command, early.deadline)
    // Where the other questions fail first, nothing asks for this one.
    asking.catch(() => {})
    const before = await askBefore(session, command, admins, early)
    const byApi = await asking
    if (operation) {
      await refuseAdmin(operation, mxid, before.isMember, async () =>
        askBots(session.client, (await finding).roomId, early),
      )
      refuseMissing(operation, mxid, before.state)
      requireActive(operation, mxid, before.state, insist === true)
      if (byApi) refuseEndingSessions(operation)
    }
    const room = await finding
    const api = byApi ? apiCommandOf(command) : undefined
    if (api) return doByApi(session, command, api, watcher, { room, before, started, deadline })
    const eventId = await room.post(command.line, { deadline })
    try {
      const reply = await receive(session, command, { room, eventId, deadline, before }, watcher.botSaid)
      return await deliver(reply, watcher, { redact, started })
    } catch (error) {
      throw lostAfterPost(error, eventId)
    }
  }
  return withAudit(session, watcher.warned, command.audited, work, (result) => {
    return { rc: exitCodeOf(result), outcome: outcomeOf(command, result) }
  })
}

/** Whether the reply is removed from the room once it was delivered, so that it can be read only once. */
export function isRemoved(
  { secret }: { secret?: boolean },
  { settings }: Pick<Session, 'settings'>,
  { keepReply }: Wishes,
): boolean {
  return secret === true && settings.redact && keepReply !== true
}

/** How a command ended, for the audit log; `replied`: the account's state does not show its effect. */
function outcomeOf({ operation }: AdminCommand, { effect, already, replyId }: Result): string {
  if (effect === false) return 'no effect'
  if (already) return 'already so'
  const outcome = effect === true || replyId === null ? 'done' : 'replied'
  return operation?.endsSessions ? `${outcome}, with --logout` : outcome
}

/** Whether a command that the admin room of some servers lacks is done by the API of this one. Throws only InterruptedError. */
export async function isByApi(
  { client }: Pick<Session, 'client'>,
  { operation }: AdminCommand,
  deadline: number,
): Promise<boolean> {
  if (operation?.api === undefined && !operation?.endsSessions) return false
  return (await askFamily(client, { deadline })).moderatesBy === 'api'
}

/** 1 where the account's state shows that the command had no effect. */
export function exitCodeOf({ effect }: Pick<Result, 'effect'>): 0 | 1 {
  return effect === false ? exitCodes.noEffect.code : exitCodes.ok.code
}

/** Whether the server's answers show that the account is as it was wanted. */
export function isConfirmed({ effect, already }: Pick<Result, 'effect' | 'already'>): boolean {
  return effect === true || already === true
}

/** The limits of the questions before a command that begins now, or at `started` (Unix ms). */
export function earlyLimits({ settings }: Pick<Session, 'settings'>, started = Date.now()): Limits {
  return { deadline: started + Math.min(findTime, settings.timeoutMs) }
}

/** The admin room. Throws DiagnosableError where there is none. */
export async function openRoom(session: Session, limits = earlyLimits(session)): Promise<AdminRoom> {
  const { client, serverName, settings } = session
  const roomId = await findAdminRoom(client, serverName, settings.adminRoomId, limits)
  return new AdminRoom(client, roomId, settings.prefix)
}

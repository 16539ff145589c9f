import type { AccountState } from '../accounts/account-state.ts'
import { askAccountState, describeState } from '../accounts/account-state.ts'
import type { Session } from '../config/session.ts'
import { NoReplyError } from '../errors.ts'
import { AdminRoom, lostAfterPost, type Outcome } from '../matrix/admin-room/admin-room.ts'
import { findAdminRoom } from '../matrix/admin-room/find.ts'
import type { Limits } from '../matrix/client.ts'
import { judge, type Verdict } from './judge.ts'
import type { Operation } from './table.ts'

/** ms for which requests before the post are retried. */
const findTime = 6000
/** ms that the questions after the reply and the redaction may take together. */
const closingTime = 4000
/** ms after the deadline at which everything is over. */
const overtime = 4500

export interface AdminCommand {
  /** The message to post. */
  line: string
  secret: boolean
  operation?: Operation
  /** The account that the operation is about. */
  mxid?: string
}

/** A reply that was received; `chunks` gives its bytes, to be taken once. */
export interface Reply {
  roomId: string
  eventId: string
  replyId: string
  chunks: AsyncIterable<Uint8Array>
  /** Asks the account's state, once the reply is delivered or before. */
  verdict(): Promise<Verdict>
  /** Removes the reply from the room. */
  redact(): Promise<void>
}

/**
 * Posts one command into the admin room and waits for its reply.
 * Throws SetupError before anything was posted, NoReplyError once it was (or may have been).
 */
export async function perform(
  session: Session,
  command: AdminCommand,
  onNotice: (text: string) => void,
  shared?: AdminRoom,
): Promise<Reply> {
  const { client, settings, serverName } = session
  const deadline = Date.now() + settings.timeoutMs
  const early: Limits = { deadline: Math.min(deadline, Date.now() + findTime) }
  const state = (limits: Limits) => accountState(session, command, limits)

  const finding = shared
    ? Promise.resolve(shared.roomId)
    : findAdminRoom(client, serverName, settings.adminRoomId, early)
  const stateBefore = state(early)
  stateBefore.catch(() => {})
  const roomId = await finding
  const before = await stateBefore
  const membersBefore = command.operation?.grantsAdmin
    ? await isMember(session, roomId, command.mxid, early)
    : undefined

  const room = shared ?? new AdminRoom(client, roomId, settings.prefix)
  const eventId = await room.post(command.line, { deadline })
  const outcome = await room.outcome(eventId, deadline, ({ body, ours }) => ours && onNotice(body))
  room.release(eventId)
  const closing = (): Limits => ({ deadline: Math.min(Date.now() + closingTime, deadline + overtime), patient: true })
  // An interruption must not keep a reply that was shown in the room.
  const stateAfter = () => state(closing()).catch((): AccountState => 'unknown')
  if (outcome === undefined || outcome.kind === 'redacted')
    throw noReply(outcome, session, command, await stateAfter(), before)

  return {
    roomId,
    eventId,
    replyId: outcome.eventId,
    chunks: replyBytes(session, eventId, outcome, deadline),
    async verdict() {
      if (command.operation === undefined) return { effect: null }
      const after = await stateAfter()
      if (!command.operation.grantsAdmin) return judge(command.operation, before, after)
      const membersAfter = await isMember(session, roomId, command.mxid, closing())
      return judge(command.operation, before, after, { before: membersBefore, after: membersAfter })
    },
    redact: () => room.redact(outcome.eventId, eventId, closing()),
  }
}

/** Bytes of a file reply that are relayed at most; a longer file is no reply. */
const fileLimit = 64 * 1024 * 1024

async function* replyBytes(
  session: Session,
  commandId: string,
  outcome: Outcome,
  deadline: number,
): AsyncGenerator<Uint8Array> {
  if (outcome.kind === 'text') return yield Buffer.from(outcome.body)
  if (outcome.kind !== 'file') return
  const [, server, mediaId] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(outcome.url) ?? []
  if (server !== session.serverName || mediaId === undefined)
    throw new NoReplyError('the reply is a file that is not on this homeserver, so it was not fetched', {
      hint: `look at the reply in the admin room (event ${outcome.eventId})`,
    })
  let size = 0
  try {
    for await (const chunk of await session.client.download(server, mediaId, {
      deadline: deadline + closingTime,
      patient: true,
    })) {
      size += chunk.length
      if (size > fileLimit) throw new NoReplyError('the reply is a file of more than 64 MiB; the rest was not fetched')
      yield chunk
    }
  } catch (error) {
    throw lostAfterPost(error, commandId)
  }
  // Half an answer, or another program's, can be complete as far as HTTP tells.
  if (outcome.size !== undefined && outcome.size !== size)
    throw new NoReplyError(`the reply is a file of ${outcome.size} bytes, and ${size} arrived`, {
      hint: `look at the reply in the admin room (event ${outcome.eventId})`,
    })
}

async function accountState(session: Session, command: AdminCommand, limits: Limits): Promise<AccountState> {
  const { operation, mxid } = command
  if (operation?.effect === undefined || mxid === undefined) return 'unknown'
  return askAccountState(session, operation.effect.ask, mxid, limits)
}

async function isMember(session: Session, roomId: string, mxid: string | undefined, limits: Limits) {
  if (mxid === undefined) return undefined
  return session.client.joinedMembers(roomId, limits).then(
    (members) => members.includes(mxid),
    () => undefined,
  )
}

function noReply(
  outcome: Outcome | undefined,
  session: Session,
  command: AdminCommand,
  after: AccountState,
  before: AccountState,
): NoReplyError {
  const seconds = session.settings.timeoutMs / 1000
  const what =
    outcome === undefined ? `no reply within ${seconds}s` : 'somebody redacted the reply before it could be read'
  const state =
    after === 'unknown' || command.mxid === undefined
      ? ''
      : `; ${command.mxid} is ${describeState(after)}${after === before ? ', as before' : ' now'}`
  return new NoReplyError(`${what}: the command was sent${state}`, {
    hint: 'the bot is silent to a wrong MATRIX_ADMIN_PREFIX and to accounts that are no server admins, and late when it is busy; look into the admin room',
  })
}

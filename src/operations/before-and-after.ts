import { type AccountState, askAccountState, describeState } from '../accounts/account-state.ts'
import type { Session } from '../config/session.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import type { Limits } from '../matrix/client.ts'
import type { AdminCommand } from './command.ts'
import { judge, type Observed, type Verdict } from './judge.ts'

/** Asks for what the effect is judged by, while the room is being found. Throws what finding the room throws. */
export async function askBefore(
  session: Session,
  command: AdminCommand,
  room: Promise<AdminRoom>,
  limits: Limits,
): Promise<Observed> {
  const asking = stateOf(session, command, limits)
  // Until the room is found nobody hears of a failure.
  asking.catch(() => {})
  const { roomId } = await room
  const state = await asking
  return { state, isMember: await membership(session, command, roomId, limits) }
}

/** Asks again, and judges. `limits` are taken anew for each question. */
export async function askAfter(
  session: Session,
  command: AdminCommand,
  { roomId }: AdminRoom,
  before: Observed,
  limits: () => Limits,
): Promise<Verdict> {
  if (command.operation === undefined) return { effect: null }
  const state = await stateOf(session, command, limits())
  const isMember = await membership(session, command, roomId, limits())
  return judge(command.operation, before, { state, isMember })
}

/** The account's state in words, to go on after a semicolon, where there was no reply; empty where it is not known. */
export async function stateInWords(session: Session, command: AdminCommand, before: Observed, limits: Limits) {
  const after = await stateOf(session, command, limits)
  if (after === 'unknown' || command.mxid === undefined) return ''
  return `; ${command.mxid} is ${describeState(after)}${after === before.state ? ', as before' : ' now'}`
}

async function stateOf(session: Session, { operation, mxid }: AdminCommand, limits: Limits): Promise<AccountState> {
  if (operation?.effect === undefined || mxid === undefined) return 'unknown'
  return askAccountState(session, operation.effect.ask, mxid, limits)
}

async function membership(
  { client }: Session,
  { operation, mxid }: AdminCommand,
  roomId: string,
  limits: Limits,
): Promise<boolean | undefined> {
  if (operation?.grantsAdmin === undefined || mxid === undefined) return undefined
  return client.joinedMembers(roomId, limits).then(
    (members) => members.includes(mxid),
    () => undefined,
  )
}

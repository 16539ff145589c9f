import type { AccountServer } from '../accounts/account-facts.ts'
import { type AccountState, askAccountState, describeState } from '../accounts/account-state.ts'
import type { Session } from '../config/session.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import type { Limits } from '../matrix/request.ts'
import type { AdminCommand } from './admin-command.ts'
import { judge, type Observed, type Verdict } from './judge.ts'

/** The members of the admin room, who are the server's admins; undefined where that cannot be asked. */
export type Admins = () => Promise<ReadonlySet<string> | undefined>

/** Asks for the state by which an operation is allowed and judged, while the room is being found. Throws what finding the room throws. */
export async function askBefore(
  session: Session,
  command: AdminCommand,
  admins: Promise<Admins>,
  limits: Limits,
): Promise<Observed> {
  const { operation, mxid } = command
  const asking = stateOf({ ...session, memory: { admins: async () => (await admins)() } }, command, limits)
  // A failure is handled only after the room is found.
  asking.catch(() => {})
  const ask = await admins
  const members = operation?.grantsAdmin || operation?.sparesAdmins ? await ask() : undefined
  return { state: await asking, isMember: mxid === undefined ? undefined : members?.has(mxid) }
}

/** Asks the room each time. Throws InterruptedError only. */
export function adminsOf({ client, interrupt }: Session, { roomId }: AdminRoom, limits: Limits): Admins {
  return async () => {
    try {
      return new Set(await client.joinedMembers(roomId, limits))
    } catch {
      interrupt.throwIfAborted()
      return undefined
    }
  }
}

/** The same question, asked once. */
export function askedOnce(ask: Admins): Admins {
  let asking: ReturnType<Admins> | undefined
  return () => {
    asking ??= ask()
    return asking
  }
}

/** Asks again, and judges. `limits` are taken anew for each question. */
export async function askAfter(
  session: Session,
  command: AdminCommand,
  room: AdminRoom,
  before: Observed,
  limits: () => Limits,
): Promise<Verdict> {
  if (command.operation === undefined) return { effect: null }
  const state = await stateOf(session, command, limits())
  const members = command.operation.grantsAdmin ? await adminsOf(session, room, limits())() : undefined
  const isMember = command.mxid === undefined ? undefined : members?.has(command.mxid)
  return judge(command.operation, before, { state, isMember })
}

/** The account's state as the end of a message about a missing reply; empty where it is unknown. */
export async function stateInWords(session: Session, command: AdminCommand, before: Observed, limits: Limits) {
  const after = await stateOf(session, command, limits)
  if (after === 'unknown' || command.mxid === undefined) return ''
  return `; ${command.mxid} is ${describeState(after)}${after === before.state ? ', as before' : ' now'}`
}

/** The account's state by which an operation is judged; unknown where it cannot be asked. Throws only InterruptedError. */
export async function stateOf(
  server: AccountServer,
  { operation, mxid }: AdminCommand,
  limits: Limits,
): Promise<AccountState> {
  if (operation?.effect === undefined || mxid === undefined) return 'unknown'
  return askAccountState(server, operation.effect.ask, mxid, limits)
}

import { InterruptedError } from '../errors.ts'
import { ForeignResponseError, MatrixError, UnreachableError } from '../matrix/matrix-errors.ts'
import { inFlight } from '../system/in-flight.ts'
import { StepTime } from '../system/step-time.ts'
import {
  type AccountFacts,
  type AccountServer,
  type AdminRoomFacts,
  askAccount,
  askAdminRoom,
} from './account-facts.ts'

/** An account as data; null is what the server does not say. */
export interface Account {
  userId: string
  state: ShownState
  suspended: boolean | null
  locked: boolean | null
  deactivated: boolean | null
  /** Whether it is a member of the admin room or, on Synapse, a server admin. */
  admin: boolean | null
  /** Whether it is the server's bot, which answers the commands in the admin room. The server may call it deactivated. */
  bot: boolean | null
}

export type ShownState = 'active' | 'suspended' | 'locked' | 'suspended, locked' | 'deactivated' | 'missing' | 'unknown'

/** Questions in flight at a time. */
const atOnce = 8

/**
 * Asks for the state of many accounts, 8 at a time. Gives them in their order; `onProgress` gets how many are known. Each
 * that is known is a step of `time`.
 * What the server does not say is null and `unknown`. Throws as `Http` does where there is no answer, or where the token is
 * not accepted.
 */
export async function askAccounts(
  server: AccountServer,
  userIds: readonly string[],
  onProgress: (known: number) => void = () => {},
  time = new StepTime(server.settings.timeoutMs),
): Promise<Account[]> {
  const room = await askAdminRoom(server, { deadline: time.question }).catch(unlessNoAnswer)
  const remembering = { ...server, memory: { admins: async () => room?.admins } }
  let known = 0
  return inFlight(userIds, atOnce, async (userId) => {
    const facts = await askAccount(remembering, ['suspend', 'lock'], userId, { deadline: time.question })
    time.next()
    onProgress(++known)
    return accountOf(userId, facts, room)
  })
}

/** The display names of accounts' profiles, in their order; null where there is none. Throws likewise. */
export function askDisplayNames(
  { client, settings }: AccountServer,
  userIds: readonly string[],
): Promise<(string | null)[]> {
  const time = new StepTime(settings.timeoutMs)
  return inFlight(userIds, atOnce, async (userId) => {
    const name = await client.displayName(userId, { deadline: time.question })
    time.next()
    return name ?? null
  })
}

/** There may be no admin room, or one that the operator cannot see. */
function unlessNoAnswer(error: unknown): undefined {
  const noAnswer =
    error instanceof InterruptedError || error instanceof UnreachableError || error instanceof ForeignResponseError
  if (noAnswer || (error instanceof MatrixError && error.status === 401)) throw error
}

function accountOf(userId: string, facts: AccountFacts, room: AdminRoomFacts | undefined): Account {
  const { standing, suspended = null, locked = null, admin } = facts
  const isPresent = standing === 'present'
  const isMember = room?.admins.has(userId)
  return {
    userId,
    state: shownState(facts),
    suspended: isPresent ? suspended : null,
    locked: isPresent ? locked : null,
    deactivated: standing === 'unknown' ? null : standing === 'deactivated',
    admin: isMember || admin ? true : (isMember ?? admin ?? null),
    bot: room === undefined || room.bots.size === 0 ? null : room.bots.has(userId),
  }
}

function shownState({ standing, suspended, locked }: AccountFacts): ShownState {
  if (standing !== 'present') return standing
  if (suspended && locked) return 'suspended, locked'
  if (suspended) return 'suspended'
  if (locked) return 'locked'
  return suspended === undefined || locked === undefined ? 'unknown' : 'active'
}

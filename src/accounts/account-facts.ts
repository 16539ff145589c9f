import type { Session } from '../config/session.ts'
import { askBots, findAdminRoom } from '../matrix/admin-room/find.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'

/** What is needed to ask about accounts: the server, its name, and which room its admins are in. */
export type AccountServer = Pick<Session, 'client' | 'auth' | 'http' | 'serverName' | 'settings'> & { memory?: Memory }

/** What many questions about accounts share, so that it is found out once. */
export interface Memory {
  /** Gives the members of the admin room, if they can be read; without it each question finds the room. */
  admins?: (() => Promise<ReadonlySet<string> | undefined>) | undefined
  /** What gives an account's state where MSC4323 does not. */
  source?: 'synapse' | 'nothing'
}

/** What the server says about an account. A missing field was not asked for, or is unknown. */
export interface AccountFacts {
  standing: 'present' | 'deactivated' | 'missing' | 'unknown'
  suspended?: boolean
  locked?: boolean
  admin?: boolean
}

export type StateQuestion = 'suspend' | 'lock'

const unknown: AccountFacts = { standing: 'unknown' }

/**
 * Asks the server whether an account is there, and whether it is suspended or locked (MSC4323, Matrix 1.18; server admins only).
 * Releases differ in what they refuse. For a deactivated account continuwuity 26.7 answers M_USER_DEACTIVATED, 26.8
 * M_NOT_FOUND, and `/register/available` distinguishes it from a missing one. For another admin 26.8 answers M_FORBIDDEN, as
 * both do for everything when the operator is not an admin; the members of the admin room show which it is.
 * Throws as `Http` does where there is no answer, or where the token is not accepted; what the server does not say is unknown.
 */
export async function askAccount(
  server: AccountServer,
  questions: readonly StateQuestion[],
  mxid: string,
  limits: Limits,
): Promise<AccountFacts> {
  if (!isLocal(mxid, server.serverName)) return { standing: 'missing' }
  const facts: AccountFacts = { standing: 'present' }
  for (const question of questions) {
    const answer = await orUnknown(ask(server, question, mxid, limits))
    if (answer.standing !== 'present') return answer
    Object.assign(facts, answer)
    if (questions.every((each) => facts[fieldOf(each)] !== undefined)) break
  }
  return facts
}

/** Who is in the admin room: the server's admins and, of them, its bot; `bots` is empty where that is unknown. */
export interface AdminRoomFacts {
  admins: ReadonlySet<string>
  bots: ReadonlySet<string>
}

/** The members of the admin room and its bots. Throws as `Http` does. */
export async function askAdminRoom(
  { client, serverName, settings }: AccountServer,
  limits: Limits,
): Promise<AdminRoomFacts> {
  const roomId = await findAdminRoom(client, serverName, settings.adminRoomId, limits)
  const [members, bots] = await Promise.all([client.joinedMembers(roomId, limits), askBots(client, roomId, limits)])
  return { admins: new Set(members), bots }
}

async function ask(
  server: AccountServer,
  question: StateQuestion,
  mxid: string,
  limits: Limits,
): Promise<AccountFacts> {
  if (server.memory?.source !== undefined) return askSynapse(server, mxid, limits)
  try {
    const field = fieldOf(question)
    const value = (await server.client.accountModeration(question, mxid, limits))[field]
    return typeof value === 'boolean' ? { standing: 'present', [field]: value } : unknown
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error
    if (error.errcode === 'M_USER_DEACTIVATED') return { standing: 'deactivated' }
    if (error.errcode === 'M_NOT_FOUND') return { standing: await askName(server, mxid, limits) }
    if (error.errcode === 'M_FORBIDDEN') return askForbidden(server, mxid, limits)
    if (error.errcode === 'M_UNRECOGNIZED') return askSynapse(server, mxid, limits)
    return unknown
  }
}

/** Whether the name of an account that the server calls missing is free, or kept by an account that was deactivated. */
async function askName(server: AccountServer, mxid: string, limits: Limits): Promise<AccountFacts['standing']> {
  const localpart = localpartOf(mxid)
  // The server would answer about another name, in small letters, or refuse the question.
  if (!/^[a-z0-9._=/+-]+$/.test(localpart)) return 'unknown'
  return (await server.auth.usernameAvailable(localpart, limits)) ? 'missing' : 'deactivated'
}

/** The account is another admin, or the operator is not one. A user ID can be in the admin room before there is an account of that name. */
async function askForbidden(server: AccountServer, mxid: string, limits: Limits): Promise<AccountFacts> {
  const { memory } = server
  const admins = memory?.admins ? await memory.admins() : (await askAdminRoom(server, limits)).admins
  if (!admins?.has(mxid)) return unknown
  if ((await askName(server, mxid, limits)) === 'missing') return { standing: 'missing' }
  return { standing: 'unknown', admin: true }
}

/** What Synapse's admin API says; an older continuwuity has neither that nor MSC4323. */
async function askSynapse({ http, memory }: AccountServer, mxid: string, limits: Limits): Promise<AccountFacts> {
  if (memory?.source === 'nothing') return unknown
  const { askSynapseAccount } = await import('../matrix/synapse.ts')
  const account = await askSynapseAccount(http, mxid, limits).catch((error) => {
    if (memory && error instanceof MatrixError && error.errcode === 'M_UNRECOGNIZED') memory.source = 'nothing'
    throw error
  })
  if (memory) memory.source = 'synapse'
  if (account === undefined) return { standing: 'missing' }
  const { deactivated, ...facts } = account
  if (deactivated === undefined) return unknown
  return { standing: deactivated ? 'deactivated' : 'present', ...facts }
}

async function orUnknown(facts: Promise<AccountFacts>): Promise<AccountFacts> {
  return facts.catch((error) => {
    if (!(error instanceof MatrixError) || error.status === 401) throw error
    return unknown
  })
}

function fieldOf(question: StateQuestion): 'suspended' | 'locked' {
  return question === 'lock' ? 'locked' : 'suspended'
}

function isLocal(mxid: string, serverName: string): boolean {
  return mxid.slice(mxid.indexOf(':') + 1) === serverName
}

function localpartOf(mxid: string): string {
  return mxid.slice(1, mxid.indexOf(':'))
}

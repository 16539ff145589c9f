import { describeState } from '../accounts/account-state.ts'
import type { Session } from '../config/session.ts'
import { NoReplyError, RefusedError } from '../errors.ts'
import type { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { moderated } from '../matrix/client.ts'
import { MatrixError, RequestError } from '../matrix/matrix-errors.ts'
import type { Limits } from '../matrix/request.ts'
import type { AdminCommand } from './admin-command.ts'
import { askAfter } from './before-and-after.ts'
import { deliver } from './deliver.ts'
import type { Observed, Verdict } from './judge.ts'
import { closingLimits } from './receive.ts'
import type { Result, Watcher } from './result.ts'
import type { ApiAction } from './table.ts'

/** Something that is done to an account by the server's API, because its admin room has no command for it. */
export interface ApiCommand {
  action: ApiAction
  mxid: string
}

/** The API command that an admin command is; undefined where only the room has it. */
export function apiCommandOf({ operation, mxid }: AdminCommand): ApiCommand | undefined {
  return operation?.api && mxid !== undefined ? { action: operation.api, mxid } : undefined
}

/** The request, as `--dry-run` and JSON show it. */
export function requestLine({ action, mxid }: ApiCommand): string {
  if (action.kind === 'logout') return `POST /_synapse/admin/v2/users/${mxid}/delete_devices`
  return `PUT /_matrix/client/v1/admin/${action.kind}/${mxid} {"${moderated[action.kind]}":${action.value}}`
}

/** `started` and `deadline`: Unix ms. */
export interface ApiWork {
  room: AdminRoom
  before: Observed
  started: number
  deadline: number
}

/**
 * Carries out a command by the server's API and judges its effect; there is no reply. Throws RefusedError where the server
 * refuses it for this account, and NoReplyError where it may have been carried out without an answer.
 */
export async function doByApi(
  session: Session,
  command: AdminCommand,
  api: ApiCommand,
  watcher: Watcher,
  { room, before, started, deadline }: ApiWork,
): Promise<Result> {
  const closing = () => closingLimits(deadline)
  const judge = () => askAfter(session, command, room, before, closing)
  const verdict = await request(session, api, before, { deadline, patient: true }, judge)
  const head = { line: requestLine(api), roomId: null, eventId: null, replyId: null }
  const reply = {
    ...head,
    bytes: nothing(),
    verdict: async () => verdict,
    events: [],
    redact: async () => {},
    isWhole: true,
  }
  return deliver(reply, watcher, { redact: false, started })
}

async function request(
  session: Session,
  { action, mxid }: ApiCommand,
  before: Observed,
  limits: Limits,
  judge: () => Promise<Verdict>,
): Promise<Verdict> {
  if (action.kind === 'logout') return endSessions(session, mxid, before, limits)
  await session.client.moderateAccount(action.kind, mxid, action.value, limits).catch((error) => {
    throw perhapsDone(error, mxid) ?? refusal(error, mxid, before)
  })
  return judge().catch((): Verdict => ({ effect: null }))
}

async function endSessions({ http }: Session, mxid: string, before: Observed, limits: Limits): Promise<Verdict> {
  const { deleteDevices, listDevices } = await import('../matrix/synapse.ts')
  const devices = await listDevices(http, mxid, limits).catch((error) => {
    throw refusal(error, mxid, before)
  })
  if (devices === undefined)
    throw new RefusedError('this server cannot end the sessions of an account: nothing was sent', {
      hint: 'lock the account instead, which blocks its sessions until it is unlocked',
    })
  if (devices.length === 0) return { effect: null, already: true, note: 'the account had no sessions' }
  await deleteDevices(http, mxid, devices, limits).catch((error) => {
    throw perhapsDone(error, mxid) ?? refusal(error, mxid, before)
  })
  const left = await listDevices(http, mxid, limits).catch(() => undefined)
  if (left === undefined) return { effect: null }
  const leftOver = new Set(left)
  const isEnded = !devices.some((device) => leftOver.has(device))
  return isEnded ? { effect: true } : { effect: false, note: 'some of its sessions did not end' }
}

/** The error for a change that the server may have made, without an answer; else undefined. */
function perhapsDone(error: unknown, mxid: string): NoReplyError | undefined {
  if (!(error instanceof RequestError) || !error.reached) return undefined
  return new NoReplyError(`the request for ${mxid} may have been carried out: the homeserver never confirmed it`, {
    hint: 'check the state of the account before you repeat it',
    cause: error,
  })
}

/** The error for a request that changed nothing: RefusedError where the server refuses it for this account. */
function refusal(error: unknown, mxid: string, { state }: Observed): unknown {
  if (!(error instanceof MatrixError) || ![400, 403, 404].includes(error.status)) return error
  const which = state === 'unknown' || state === 'active' ? '' : `, which is ${describeState(state)}`
  return new RefusedError(
    `the homeserver refuses this for ${mxid}${which} (${error.status} ${error.errcode}): nothing was changed`,
    {
      hint: 'make sure that the operator is an admin, and that the account exists and is not an admin',
      cause: error,
    },
  )
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

import { askAccountState } from '../../accounts/account-state.ts'
import type { Session } from '../../config/session.ts'
import { NoReplyError } from '../../errors.ts'
import { type AdminRoom, type Earlier, eventIdsOf, textOf } from '../../matrix/admin-room/admin-room.ts'
import { inFlight } from '../../system/in-flight.ts'
import { StepTime } from '../../system/step-time.ts'
import { commandFor } from '../admin-command.ts'
import { adminsOf, askedOnce } from '../before-and-after.ts'
import { deliver } from '../deliver.ts'
import type { Operation } from '../table.ts'
import type { Target } from '../target.ts'
import { type Endings, recordedEndings } from './record.ts'
import type { BatchOrder } from './run-batch.ts'

/** What an earlier run left. */
export interface Resumed {
  /** Still to be done. */
  rest: Target[]
  /** Done before. */
  done: Target[]
  /** Among them those whose reply is not in the room, and was not redacted by this program either. */
  neverShown: Target[]
  /** Accounts that exist, but not by a command of the operator. */
  taken: Target[]
  /** Accounts whose state the server does not say: then nothing is posted for any account, and nothing is redacted. */
  unknown: Target[]
}

type Order = Pick<BatchOrder, 'operation' | 'targets' | 'keepReply' | 'watch'>

/**
 * Finds out from the server what an earlier run has done. A harmless command is awaited: nothing is queued before it. Replies
 * with secrets that were not shown yet are relayed and redacted. Where a state is unknown, they are relayed only, and
 * nothing else is done: a command is never repeated on a guess. Throws NoReplyError if the bot is silent.
 */
export async function resume(
  session: Session,
  room: AdminRoom,
  order: Order,
  asked: (accounts: number) => void,
): Promise<Resumed> {
  const time = new StepTime(session.settings.timeoutMs)
  const asking = { session, room, time }
  let known = await askWhatIsDone(asking, order.operation, order.targets, asked)
  if (known.unknown.length === 0) {
    await awaitBarrier(session, room)
    time.next()
    // What was queued has been carried out by now.
    const since = await askWhatIsDone(asking, order.operation, known.rest, asked)
    known = { ...since, there: [...known.there, ...since.there] }
  }
  const { rest, there, unknown } = known
  const isThere = new Set(there)
  const resumed: Resumed = { rest, done: [], neverShown: [], taken: [], unknown }
  if (!order.operation.secret) return { ...resumed, done: there }
  const unseenOf = await unseenReplies(asking, order.operation, [...there, ...unknown])
  for (const target of order.targets) {
    const unseen = unseenOf.get(target)
    if (unseen === undefined) continue
    if (isThere.has(target)) resumed[unseen === 'foreign' ? 'taken' : 'done'].push(target)
    if (typeof unseen === 'object') await relay(session, room, order, target, unseen, unknown.length === 0)
    else if (unseen === 'none' && isThere.has(target)) resumed.neverShown.push(target)
  }
  return resumed
}

type Unseen = Earlier | 'seen' | 'none' | 'foreign'

/** Who asks where, and the time that is left for it. */
interface Asking {
  session: Session
  room: AdminRoom
  time: StepTime
}

/** By account, the reply that was not shown yet. */
async function unseenReplies(
  { session, room, time }: Asking,
  operation: Operation,
  targets: readonly Target[],
): Promise<Map<Target, Unseen>> {
  if (targets.length === 0) return new Map()
  const lineOf = (target: Target) => commandFor(operation, session.settings.prefix, target).line
  const earlier = new Map<string, Earlier[]>()
  for (const one of await room.earlier(session.operator, new Set(targets.map(lineOf)), time)) {
    const others = earlier.get(one.line)
    if (others) others.push(one)
    else earlier.set(one.line, [one])
  }
  const endings = await recordedEndings(session.settings.dataDir, operation.name)
  return new Map(
    targets.map((target) => [target, findUnseen(earlier.get(lineOf(target)) ?? [], endings.get(target.mxid))]),
  )
}

/** Questions in flight at a time. */
const atOnce = 8

async function askWhatIsDone(
  { session, room, time }: Asking,
  { effect }: Operation,
  targets: readonly Target[],
  asked: (accounts: number) => void,
): Promise<{ rest: Target[]; there: Target[]; unknown: Target[] }> {
  const admins = askedOnce(() => adminsOf(session, room, patiently(time))())
  const server = { ...session, memory: { admins } }
  let ended = 0
  const states = await inFlight(targets, atOnce, async ({ mxid }) => {
    const state = await askAccountState(server, effect?.ask ?? 'suspend', mxid, patiently(time))
    time.next()
    asked(++ended)
    return state
  })
  const isDone = (at: number) => effect?.done.includes(states[at] ?? 'unknown') === true
  return {
    there: targets.filter((_target, at) => isDone(at)),
    unknown: targets.filter((_target, at) => states[at] === 'unknown'),
    rest: targets.filter((_target, at) => !isDone(at) && states[at] !== 'unknown'),
  }
}

async function awaitBarrier({ settings }: Session, room: AdminRoom): Promise<void> {
  const deadline = () => Date.now() + settings.timeoutMs
  const barrier = await room.postHarmless({ deadline: deadline() })
  if ((await room.outcome(barrier, deadline(), () => {})) === undefined)
    throw new NoReplyError('the bot does not reply to a harmless command, so earlier commands may still be queued')
}

/**
 * Which of the operator's commands for one account has the reply that was not shown yet. Only the first that was answered can
 * have created the account; later ones were refused. A reply that was shown is redacted, but a refusal is not: if the log has
 * as many refusals as there are replies, the account existed before.
 */
function findUnseen(ours: readonly Earlier[], ended: Endings = { shown: 0, refused: 0 }): Unseen {
  if (ours.some(({ outcome }) => outcome?.kind === 'redacted' && outcome.named) || ended.shown > 0) return 'seen'
  const replies = ours.filter(({ outcome }) => outcome?.kind === 'text')
  if (ended.refused >= ours.length) return 'foreign'
  return replies[0] ?? 'none'
}

async function relay(
  { settings }: Session,
  room: AdminRoom,
  { keepReply, watch }: Order,
  target: Target,
  { line, commandId, outcome }: Earlier,
  isCertain: boolean,
): Promise<void> {
  if (outcome?.kind !== 'text') return
  const events = eventIdsOf(outcome)
  const reply = {
    line,
    roomId: room.roomId,
    eventId: commandId,
    replyId: events[0],
    bytes: (async function* () {
      yield Buffer.from(textOf(outcome))
    })(),
    verdict: async () => ({ effect: isCertain ? true : null }),
    events,
    redact: (replyId: string) => room.redact(replyId, commandId, patiently(new StepTime(settings.timeoutMs))),
    isWhole: true,
  }
  const watcher = watch(target)
  const redact = isCertain && settings.redact && keepReply !== true
  await watcher.ended(await deliver(reply, watcher, { redact, started: Date.now() }))
}

function patiently({ question }: StepTime) {
  return { deadline: question, patient: true }
}

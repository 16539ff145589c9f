import { askAccountState } from '../../accounts/account-state.ts'
import type { Session } from '../../config/session.ts'
import { NoReplyError } from '../../errors.ts'
import { AdminRoom, type Earlier } from '../../matrix/admin-room/admin-room.ts'
import { deliver } from '../deliver.ts'
import type { Operation } from '../table.ts'
import type { Target } from '../target.ts'
import { type Endings, recordedEndings } from './record.ts'
import type { BatchOrder } from './run.ts'

const questionTime = 10_000

/** What an earlier run left. */
export interface Resumed {
  /** Still to be done. */
  rest: Target[]
  /** Done before. */
  done: Target[]
  /** Among them those whose reply stands nowhere, and was not removed by us either. */
  neverShown: Target[]
  /** There, but by no command of ours. */
  taken: Target[]
}

/**
 * Finds out from the server what an earlier run has done. A harmless command is awaited first: behind it nothing is queued.
 * Replies with secrets that nobody has seen are relayed, and redacted. Throws NoReplyError if the bot is silent.
 */
export async function resume(
  session: Session,
  room: AdminRoom,
  order: Pick<BatchOrder, 'operation' | 'targets' | 'keepReply' | 'watch'>,
  asked: (accounts: number) => void,
): Promise<Resumed> {
  const { operation, targets } = order
  await awaitBarrier(session, room)
  const { rest, there } = await askWhatIsDone(session, operation, targets, asked)
  if (!operation.secret || there.length === 0) return { rest, done: there, neverShown: [], taken: [] }

  const lineOf = (target: Target) => AdminRoom.line(session.settings.prefix, [...operation.words, target.word])
  const earlier = new Map<string, Earlier[]>()
  for (const one of await room.earlier(session.operator, new Set(there.map(lineOf)), patiently(questionTime * 6)))
    earlier.set(one.line, [...(earlier.get(one.line) ?? []), one])
  const endings = await recordedEndings(session.settings.dataDir, operation.name)
  const resumed: Resumed = { rest, done: [], neverShown: [], taken: [] }
  for (const target of there) {
    const ours = earlier.get(lineOf(target)) ?? []
    const unseen = findUnseen(ours, endings.get(target.mxid))
    resumed[unseen === 'not ours' ? 'taken' : 'done'].push(target)
    if (unseen === 'none') resumed.neverShown.push(target)
    else if (typeof unseen === 'object') await relay(session, room, order, target, unseen)
  }
  return resumed
}

async function askWhatIsDone(
  session: Session,
  { effect }: Operation,
  targets: readonly Target[],
  asked: (accounts: number) => void,
): Promise<{ rest: Target[]; there: Target[] }> {
  const [rest, there]: [Target[], Target[]] = [[], []]
  for (const [at, target] of targets.entries()) {
    asked(at)
    const state = await askAccountState(session, effect?.ask ?? 'suspend', target.mxid, patiently(questionTime))
    ;(effect?.done.includes(state) ? there : rest).push(target)
  }
  return { rest, there }
}

async function awaitBarrier({ settings }: Session, room: AdminRoom): Promise<void> {
  const deadline = () => Date.now() + settings.timeoutMs
  const barrier = await room.post(AdminRoom.line(settings.prefix, ['--version']), { deadline: deadline() })
  if ((await room.outcome(barrier, deadline(), () => {})) === undefined)
    throw new NoReplyError('no reply to a harmless command: whether earlier ones are still queued cannot be told')
}

/**
 * Which of our commands for one account has the reply that nobody has seen. Only the first that was answered can have made
 * the account; later ones were refused. We remove a reply that we have shown, but not a refusal: as many refusals on
 * record as there are replies mean that the account was there before.
 */
function findUnseen(
  ours: readonly Earlier[],
  ended: Endings = { shown: 0, refused: 0 },
): Earlier | 'seen' | 'none' | 'not ours' {
  if (ours.some(({ outcome }) => outcome?.kind === 'redacted' && outcome.named) || ended.shown > 0) return 'seen'
  const replies = ours.filter(({ outcome }) => outcome?.kind === 'text')
  if (ended.refused >= ours.length) return 'not ours'
  return replies[0] ?? 'none'
}

async function relay(
  { settings }: Session,
  room: AdminRoom,
  { keepReply, watch }: Pick<BatchOrder, 'keepReply' | 'watch'>,
  target: Target,
  { line, commandId, outcome }: Earlier,
): Promise<void> {
  if (outcome?.kind !== 'text') return
  const reply = {
    line,
    roomId: room.roomId,
    eventId: commandId,
    replyId: outcome.eventId,
    bytes: (async function* () {
      yield Buffer.from(outcome.body)
    })(),
    verdict: async () => ({ effect: true }),
    redact: () => room.redact(outcome.eventId, commandId, patiently(questionTime)),
  }
  const watcher = watch(target)
  const redact = settings.redact && keepReply !== true
  await watcher.ended(await deliver(reply, watcher, { redact, started: Date.now() }))
}

function patiently(ms: number) {
  return { deadline: Date.now() + ms, patient: true }
}

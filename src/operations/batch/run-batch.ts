import type { Session } from '../../config/session.ts'
import { asUserError, RefusedError, UserError } from '../../errors.ts'
import type { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { internalError } from '../../system/internal-error.ts'
import { commandFor } from '../admin-command.ts'
import { adminsOf, askedOnce } from '../before-and-after.ts'
import { carryOut, earlyLimits, exitCodeOf, isConfirmed } from '../carry-out.ts'
import type { Result, Watcher } from '../result.ts'
import type { Operation } from '../table.ts'
import type { Target } from '../target.ts'

/** Shows the result for one account of a batch. Replies and results come in the order of the accounts. */
export interface ItemWatcher extends Watcher {
  ended(result: Result): Promise<unknown>
  /** `stops`: whether this is the fault that the whole batch ends with. */
  failed(error: UserError, stops: boolean): Promise<unknown>
}

export interface BatchOrder {
  operation: Operation
  targets: readonly Target[]
  /** Commands in flight at a time. */
  parallel: number
  keepReply: boolean | undefined
  /** The operator's own account is meant. */
  self: boolean
  /** Aborted, with the error to end with as its reason: no more is sent, and what was sent is awaited, so that every password is shown. */
  stop: AbortSignal
  watch(target: Target): ItemWatcher
  /** Called after each account. */
  onFinished?(): void
}

/** The results of a batch; accounts are in the order in which they were given. */
export interface BatchResult {
  done: Target[]
  /** Sent and answered, and the server cannot confirm that it took effect. */
  unconfirmed: Target[]
  /** No effect, no reply, or refused before it was sent. */
  failed: Target[]
  unsent: Target[]
  /** What stopped the batch: a fault that is not one account's. */
  stoppedBy?: UserError
}

/** Carries out one operation for many accounts, several at a time. A fault that is not one account's stops the sending. */
export async function runBatch(session: Session, room: AdminRoom, order: BatchOrder): Promise<BatchResult> {
  const { operation, targets, stop } = order
  const results: (Result | undefined)[] = []
  const admins = askedOnce(adminsOf(session, room, earlyLimits(session)))
  let stoppedBy: UserError | undefined
  let started = 0
  let previous: Promise<unknown> = Promise.resolve()
  const ask = async (target: Target, before: Promise<unknown>): Promise<Result | undefined> => {
    const watcher = inOrder(order.watch(target), before)
    try {
      const wishes = { keepReply: order.keepReply, self: order.self, shared: { room, admins } }
      const result = await carryOut(session, commandFor(operation, session.settings.prefix, target), watcher, wishes)
      await watcher.ended(result)
      return result
    } catch (error) {
      // Whatever it is, the commands that were sent must be reported and saved.
      const failure = asUserError(error) ?? new UserError(internalError(error), { cause: error })
      if (stop.aborted) stoppedBy ??= stop.reason
      if (!(failure instanceof RefusedError)) stoppedBy ??= failure
      await watcher.failed(failure, stoppedBy === failure).catch(() => {})
      return undefined
    }
  }
  const one = async (): Promise<void> => {
    const at = started++
    const [target, before] = [targets[at], previous]
    if (target === undefined) return
    const work = ask(target, before)
    previous = work.then(() => before).catch(() => {})
    results[at] = await work
    order.onFinished?.()
  }
  const worker = async (): Promise<void> => {
    while (started < targets.length && !stoppedBy && !stop.aborted) await one()
  }
  // The reader reads from the first command on, so that one must be the first in the room.
  if (targets.length > 0) await one()
  await Promise.all(Array.from({ length: order.parallel }, worker))
  if (session.interrupt.aborted) stoppedBy = session.interrupt.reason
  else if (stop.aborted) stoppedBy ??= stop.reason
  const endings = targets.slice(0, started).map((_target, at) => endingOf(results[at]))
  const thatAre = (ending: Ending) => targets.filter((_target, at) => endings[at] === ending)
  return {
    done: thatAre('done'),
    unconfirmed: thatAre('unconfirmed'),
    failed: thatAre('failed'),
    unsent: targets.slice(started),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  }
}

/** The watcher of one account, which is called when those `before` it have ended. */
function inOrder(watcher: ItemWatcher, before: Promise<unknown>): ItemWatcher {
  return {
    ...watcher,
    async replied(head, bytes, verdict) {
      await before
      await watcher.replied(head, bytes, verdict)
    },
    async failed(error, stops) {
      await before
      await watcher.failed(error, stops)
    },
  }
}

type Ending = 'done' | 'unconfirmed' | 'failed'

function endingOf(result: Result | undefined): Ending {
  if (result === undefined || exitCodeOf(result) !== 0) return 'failed'
  return isConfirmed(result) ? 'done' : 'unconfirmed'
}

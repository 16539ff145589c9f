import type { Session } from '../../config/session.ts'
import { asUserError, UserError } from '../../errors.ts'
import type { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { internalError } from '../../system/internal-error.ts'
import { commandFor } from '../command.ts'
import type { Result, Watcher } from '../result.ts'
import { carryOut, exitCodeOf } from '../run.ts'
import type { Operation } from '../table.ts'
import type { Target } from '../target.ts'

/** Whoever shows what becomes of one account of a batch. A reply, and how it ended, are heard in the order of the accounts. */
export interface ItemWatcher extends Watcher {
  ended(result: Result): Promise<unknown>
  /** `stops`: whether this is the fault that the whole batch ends with. */
  failed(error: UserError, stops: boolean): Promise<unknown>
}

export interface BatchOrder {
  operation: Operation
  targets: readonly Target[]
  /** Commands in flight at once. */
  parallel: number
  keepReply: boolean | undefined
  /** Aborted, with the error to end with as its reason: no more is sent, and what was sent is awaited, so that no password is left unseen. */
  stop: AbortSignal
  watch(target: Target): ItemWatcher
  /** Called when one more account is done with. */
  onFinished?(): void
}

/** What became of the accounts of a batch, each in the order in which they were given. */
export interface BatchResult {
  done: Target[]
  /** Sent, and not proven done: no effect, or no reply. */
  failed: Target[]
  unsent: Target[]
  /** What stopped the batch: a fault that is not one account's. */
  stoppedBy?: UserError
}

/** Does one operation for many accounts, several at once. What is not one account's fault stops the sending. */
export async function runBatch(session: Session, room: AdminRoom, order: BatchOrder): Promise<BatchResult> {
  const { operation, targets, stop } = order
  const results: (Result | undefined)[] = []
  let stoppedBy: UserError | undefined
  let begun = 0
  let previous: Promise<unknown> = Promise.resolve()
  const ask = async (target: Target, before: Promise<unknown>): Promise<Result | undefined> => {
    const watcher = inOrder(order.watch(target), before)
    try {
      const wishes = { keepReply: order.keepReply, room }
      const result = await carryOut(session, commandFor(operation, session.settings.prefix, target), watcher, wishes)
      await watcher.ended(result)
      return result
    } catch (error) {
      // Whatever it is, what others were sent has to be said and written down.
      const failure = asUserError(error) ?? new UserError(internalError(error), { cause: error })
      if (stop.aborted) stoppedBy ??= stop.reason
      stoppedBy ??= failure
      await watcher.failed(failure, stoppedBy === failure).catch(() => {})
      return undefined
    }
  }
  const one = async (): Promise<void> => {
    const at = begun++
    const [target, before] = [targets[at], previous]
    if (target === undefined) return
    const work = ask(target, before)
    previous = work.then(() => before).catch(() => {})
    results[at] = await work
    order.onFinished?.()
  }
  const worker = async (): Promise<void> => {
    while (begun < targets.length && !stoppedBy && !stop.aborted) await one()
  }
  // The reader looks from the first command on, so that one must stand before the others in the room.
  if (targets.length > 0) await one()
  await Promise.all(Array.from({ length: order.parallel }, worker))
  if (session.interrupt.aborted) stoppedBy = session.interrupt.reason
  else if (stop.aborted) stoppedBy ??= stop.reason
  const isDone = (_target: Target, at: number) => results[at] !== undefined && exitCodeOf(results[at]) === 0
  return {
    done: targets.filter(isDone),
    failed: targets.filter((target, at) => at < begun && !isDone(target, at)),
    unsent: targets.slice(begun),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  }
}

/** The watcher of one account, which hears of it when those `before` it have ended. */
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

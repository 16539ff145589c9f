import { NoReplyError, OutputError } from '../errors.ts'
import type { Verdict } from './judge.ts'
import type { Redaction, RedactionFailure, ReplyHead, Result, Watcher } from './result.ts'

/** A reply that was received. */
export interface ReceivedReply extends ReplyHead {
  /** Can be read once. */
  bytes: AsyncIterable<Uint8Array>
  /** Asks the account's state. */
  verdict(): Promise<Verdict>
  /** The events that hold it. */
  events: readonly string[]
  /** Removes one of them from the room. */
  redact(eventId: string): Promise<void>
  /** Whether all of it is there. */
  isWhole: boolean
}

/** `redact`: a secret in the reply is to be removed from the room; `started`: Unix ms when the command began. */
export interface Delivery {
  redact: boolean
  started: number
}

/**
 * Delivers a reply, judges its effect, removes its secret. A question that fails afterwards does not lose the reply.
 * Throws NoReplyError after a reply that may be incomplete was delivered; it then stays in the room.
 */
export async function deliver(
  { bytes, verdict: judge, events, redact, isWhole, ...head }: ReceivedReply,
  watcher: Watcher,
  how: Delivery,
): Promise<Result> {
  let asked: Promise<Verdict> | undefined
  const judgeOnce = () => {
    asked ??= judge().catch((): Verdict => ({ effect: null }))
    return asked
  }
  await watcher.replied(head, bytes, judgeOnce).catch((error) => {
    if (!(error instanceof OutputError)) throw error
    throw new OutputError(error.message, {
      hint:
        head.replyId === null
          ? 'look at the state of the account, since the command was carried out'
          : `look at the reply in the admin room (event ${head.replyId}), since the command was carried out`,
      cause: error,
    })
  })
  if (!isWhole)
    throw new NoReplyError('the reply may be incomplete: the server splits long replies, and its end did not arrive', {
      hint: `look at the whole reply in the admin room (event ${head.replyId})`,
    })
  const verdict = await judgeOnce()
  const judged = verdict.effect === null && watcher.proven?.() ? { effect: true } : verdict
  const redaction: Redaction =
    how.redact && judged.effect !== false ? await redactAll(events, redact) : { kind: 'kept' }
  return { ...head, ...judged, redaction, elapsedMs: Date.now() - how.started }
}

async function redactAll(events: readonly string[], redact: ReceivedReply['redact']): Promise<Redaction> {
  const failures: RedactionFailure[] = []
  for (const replyId of events)
    await redact(replyId).catch((error: Error) => failures.push({ replyId, problem: error.message }))
  return failures.length === 0 ? { kind: 'done' } : { kind: 'failed', failures }
}

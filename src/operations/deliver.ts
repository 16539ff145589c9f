import { OutputError } from '../errors.ts'
import type { Verdict } from './judge.ts'
import type { Redaction, ReplyHead, Result, Watcher } from './result.ts'

/** A reply that was received. */
export interface Reply extends ReplyHead {
  /** To be taken once. */
  bytes: AsyncIterable<Uint8Array>
  /** Asks the account's state. */
  verdict(): Promise<Verdict>
  /** Removes the reply from the room. */
  redact(): Promise<void>
}

/** `redact`: a secret in the reply is to be removed from the room; `started`: Unix ms when the command began. */
export interface Delivery {
  redact: boolean
  started: number
}

/** Has a reply delivered, judges its effect, removes its secret. What is delivered is never lost to a question that fails after it. */
export async function deliver(
  { bytes, verdict: judge, redact, ...head }: Reply,
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
      hint: `the command was carried out, and its whole reply stays in the admin room (event ${head.replyId})`,
      cause: error,
    })
  })
  const verdict = await judgeOnce()
  const judged = verdict.effect === null && watcher.proven?.() ? { effect: true } : verdict
  const redaction =
    how.redact && judged.effect !== false ? await tryRedact(head.replyId, redact) : { kind: 'kept' as const }
  return { ...head, ...judged, redaction, elapsedMs: Date.now() - how.started }
}

async function tryRedact(replyId: string, redact: () => Promise<void>): Promise<Redaction> {
  try {
    await redact()
    return { kind: 'done' }
  } catch (error) {
    return { kind: 'failed', replyId, problem: (error as Error).message }
  }
}

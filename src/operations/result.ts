import type { Verdict } from './judge.ts'

/** Whose reply it is that was received; ids are null, and the reply empty, where the server's API did it. */
export interface ReplyHead {
  /** The message that was posted, or the request. */
  line: string
  roomId: string | null
  /** Of the command. */
  eventId: string | null
  replyId: string | null
}

/** Whether a reply with a secret was removed from the room. `failed`: which of its events are still there, and why. */
export type Redaction = { kind: 'kept' } | { kind: 'done' } | { kind: 'failed'; failures: readonly RedactionFailure[] }

export interface RedactionFailure {
  replyId: string
  problem: string
}

/** The result of a command whose reply was delivered. Plain data, since it goes from one bundle to another. */
export interface Result extends ReplyHead, Verdict {
  redaction: Redaction
  elapsedMs: number
}

/** Shows the result of a command as text, as JSON or on a page. */
export interface Watcher {
  /** The bot says something that is no reply, while the command is being carried out. */
  botSaid(text: string): void
  /** Something went wrong that does not stop the command. */
  warned(text: string): void
  /**
   * The reply's bytes, which can be read once. Resolves when all of them were accepted: only then is a secret in them removed from
   * the room. Throws OutputError where they are not. `verdict` asks for the effect, once.
   */
  replied(reply: ReplyHead, bytes: AsyncIterable<Uint8Array>, verdict: () => Promise<Verdict>): Promise<void>
  /** Whether what was found in the reply proves that the command took effect, where the account's state does not. */
  proven?(): boolean
}

import type { Verdict } from './judge.ts'

/** Whose reply it is that was received; ids are null, and the reply empty, where the server's API did it. */
export interface ReplyHead {
  /** The message that was posted, or the request. */
  line: string
  roomId: string | null
  /** Of our command. */
  eventId: string | null
  replyId: string | null
}

/** Whether a reply with a secret was removed from the room. `failed`: which of its events are still there, and why. */
export type Redaction = { kind: 'kept' } | { kind: 'done' } | { kind: 'failed'; failures: readonly RedactionFailure[] }

export interface RedactionFailure {
  replyId: string
  problem: string
}

/** What became of a command whose reply was delivered. Plain data: it crosses from one bundle to another. */
export interface Result extends ReplyHead, Verdict {
  redaction: Redaction
  elapsedMs: number
}

/** Whoever shows what becomes of a command, in words, as JSON or as a page. */
export interface Watcher {
  /** The bot says something that is no reply, while the command is being carried out. */
  botSaid(text: string): void
  /** Something went wrong that does not stop the command. */
  warned(text: string): void
  /**
   * The reply's bytes, to be taken once. Resolves when all of them were accepted: only then is a secret in them removed from
   * the room. Throws OutputError where they are not. `verdict` asks for the effect, once; who can do without it delivers first.
   */
  replied(reply: ReplyHead, bytes: AsyncIterable<Uint8Array>, verdict: () => Promise<Verdict>): Promise<void>
  /** Whether what was found in the reply proves that the command took effect, where the account's state does not. */
  proven?(): boolean
}

import type { ServerResponse } from 'node:http'
import type { Answered } from './router.ts'

/** What can go wrong with one request. */
export type HttpFault =
  /** The request is carried out, then the connection ends without an answer. */
  | { kind: 'lose-response' }
  /** The connection ends before anything is done. */
  | { kind: 'drop' }
  /** Nothing is done and nothing answered; the connection stays open. */
  | { kind: 'hang' }
  /** 429; with `header` the time stands in Retry-After, in seconds, only. */
  | { kind: 'limit'; retryAfterMs?: number; header?: boolean }
  /** An error page of a proxy. */
  | { kind: 'html'; status: number; accept?: boolean }
  /** Any answer of your own. With `accept` the request is carried out all the same. */
  | { kind: 'answer'; status: number; body: unknown; contentType?: string; accept?: boolean }
  /** The request is carried out `ms` later (`before`), or at once and answered `ms` later. */
  | { kind: 'slow'; ms: number; before?: boolean }
  /** Carried out; the connection ends within the body. */
  | { kind: 'truncate' }
  /** Carried out; the body begins well and never ends. */
  | { kind: 'endless' }
  /** Carried out; the answer is complete, but only the first half of the JSON. */
  | { kind: 'half-json' }
  /** To another URL; see `startElsewhere`. */
  | { kind: 'redirect'; status: 301 | 302 | 303 | 307 | 308; to: string }
  /** Anything else. `carryOut` does what was asked for and gives the true answer. */
  | { kind: 'act'; act: (response: ServerResponse, carryOut: () => Answered) => void | Promise<void> }

/** A line that somebody writes into the admin room: a colleague's command or chat, or the bot's own words. */
export interface RoomLine {
  sender: string
  /** Without: made-up words. */
  body?: string
  /** It replies to the command. Only after the command. */
  replies?: boolean
  times?: number
}

/** What can happen around one command. */
export type CommandFault =
  /** Lines that come just before the command, so that commands among them are executed before it. */
  | { kind: 'before'; lines: RoomLine[] }
  /** Lines that come just after the command and before its reply. */
  | { kind: 'after'; lines: RoomLine[] }
  /** No reply; with `execute` the command is executed all the same. */
  | { kind: 'silent'; execute?: boolean }
  /** The bot takes this much longer. */
  | { kind: 'delay'; ms: number }
  | { kind: 'reply-without-relation' }
  | { kind: 'reply-as-file' }
  /** Executed, but in the place of the reply, or of its events from the one `after` so many on, stands a line without a relation. */
  | { kind: 'reply-unbuildable'; after?: number }
  /** The reply is redacted before anybody can read it. */
  | { kind: 'reply-redacted'; by?: string; reason?: string }

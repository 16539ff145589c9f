/** An event that holds a text of the bot, or a part of it. */
export interface ReplyPart {
  eventId: string
  body: string
}

/** The outcome of one of our commands, by the room's events alone; no reply's wording is read. */
export type Outcome =
  | TextOutcome
  /** `size`: its bytes, where the server says so. */
  | { kind: 'file'; eventId: string; url: string; size: number | undefined }
  /** The reply was removed. `named`: by this program, which had read it. */
  | { kind: 'redacted'; eventId: string; named: boolean }

export interface TextOutcome {
  kind: 'text'
  /** In order; more than one where the server split the text. */
  parts: readonly [ReplyPart, ...ReplyPart[]]
  /** Whether no part can follow, since the bot answered a later command. */
  hasEnded: boolean
  /** Whether a part of it is missing, or may be. */
  isBroken: boolean
}

/** Whether a text is all that the server answered. */
export function isWhole({ hasEnded, isBroken }: TextOutcome): boolean {
  return hasEnded && !isBroken
}

/** Whether these are parts of a longer text, or one that may fill an event, so that more may follow. */
export function looksSplit([first, second]: readonly ReplyPart[]): boolean {
  return second !== undefined || (first !== undefined && mayFill(first.body))
}

/** Parts of one text that are kept: more than the longest list fills. Each costs a request where the reply is redacted. */
const mostParts = 1000

/** Whether no more parts are kept, so that the text may lack its end. */
export function isCut(parts: readonly ReplyPart[]): boolean {
  return parts.length >= mostParts
}

/**
 * A server splits a text where the next line would make the event too large: 65,536 bytes (Client-Server API, "Size limits") less
 * what stands beside the text, which is there as JSON, and once more as HTML. This is less than any part was seen to take.
 */
const fullEvent = 40_000
/** Bytes that a character takes at most in both forms together, where it is not one of those that are escaped or begin markup. */
const plainBytes = 6
const markupBytes = 24
const newlineBytes = 40

/** Whether a text takes so much of an event that the server may have split it there. */
function mayFill(text: string): boolean {
  if (text.length * newlineBytes < fullEvent) return false
  if (text.length * 2 >= fullEvent) return true
  const newlines = text.split('\n').length - 1
  const markup = text.match(/[\p{C}"'&<>\\*_`|#[\]]/gu)?.length ?? 0
  const wide = text.match(/[^\p{ASCII}]/gu)?.length ?? 0
  const plain = text.length - newlines - markup - wide
  return plain * 2 + wide * plainBytes + markup * markupBytes + newlines * newlineBytes >= fullEvent
}

/** The events of a reply, the one that answers the command first. */
export function eventIdsOf(outcome: Outcome): readonly [string, ...string[]] {
  if (outcome.kind !== 'text') return [outcome.eventId]
  const [first, ...others] = outcome.parts
  return [first.eventId, ...others.map(({ eventId }) => eventId)]
}

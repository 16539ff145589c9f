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

/** The events of a reply, the one that answers the command first. */
export function eventIdsOf(outcome: Outcome): readonly [string, ...string[]] {
  if (outcome.kind !== 'text') return [outcome.eventId]
  const [first, ...others] = outcome.parts
  return [first.eventId, ...others.map(({ eventId }) => eventId)]
}

/** A reply's text as a whole. */
export function textOf({ parts: [first, ...others] }: TextOutcome): string {
  return others.reduce((text, { body }) => text + continued(text, body), first.body)
}

/**
 * A part as it follows on the text before it. A server that splits at a line's end closes a code block there and opens it
 * again, which looks the same as two blocks, so it stays. A line that no event can hold is cut in the middle: there only
 * the opening is repeated, and is left out, so that no word is cut.
 */
function continued(before: string, part: string): string {
  if (before === '' || before.endsWith('\n')) return part
  const lastLine = before.slice(before.lastIndexOf('\n') + 1)
  if (isFence(lastLine)) return `\n${part}`
  const [opening = ''] = part.split('\n', 1)
  return isFence(opening) && isInBlock(before) ? part.slice(opening.length + 1) : part
}

function isFence(line: string): boolean {
  return line.trimStart().startsWith('```')
}

function isInBlock(text: string): boolean {
  return text.split('\n').filter(isFence).length % 2 === 1
}

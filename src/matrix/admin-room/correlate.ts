import type { RoomEvent } from '../client.ts'

/** What became of one of our commands, by the room's events alone; no reply's wording is read. */
export type Outcome =
  | { kind: 'text'; eventId: string; body: string }
  /** `size`: its bytes, where the server says so. */
  | { kind: 'file'; eventId: string; url: string; size: number | undefined }
  /** The reply was removed. `named`: by this program, which had read it. */
  | { kind: 'redacted'; eventId: string; named: boolean }

export interface Correlation {
  /** By the event id of our command. */
  outcomes: Map<string, Outcome>
  /** Lines of the bot that answer nobody, each with the commands that were open when it came, oldest first. */
  lines: { eventId: string; body: string; open: string[] }[]
}

export interface RoomRules {
  bots: ReadonlySet<string>
  /** `!admin`; a command is a message that begins with it. May be empty. */
  prefix: string
}

/**
 * Walks the room's events, oldest first, and says which of `ours` was answered by what.
 * A command opens. A reply with a relation closes its command and all before it, because the server answers in room
 * order. What carries no relation, a file or a redacted message of the bot, closes the oldest open command.
 */
export function correlate(events: readonly RoomEvent[], ours: ReadonlySet<string>, rules: RoomRules): Correlation {
  let open: string[] = []
  const outcomes = new Map<string, Outcome>()
  const lines: Correlation['lines'] = []
  const close = (command: string, outcome: Outcome) => {
    const at = open.indexOf(command)
    if (at >= 0) open = open.slice(at + 1)
    if (ours.has(command) && !outcomes.has(command)) outcomes.set(command, outcome)
  }

  for (const event of events) {
    if (event.type !== 'm.room.message') continue
    const eventId = event.event_id
    if (!rules.bots.has(event.sender)) {
      if (ours.has(eventId) || isCommand(event, rules)) open.push(eventId)
      continue
    }
    const answered = repliedTo(event)
    if (isRedacted(event)) {
      const named = namedByRedaction(event)
      const command = named === undefined ? open[0] : named
      if (command !== undefined) close(command, { kind: 'redacted', eventId, named: named !== undefined })
    } else if (isFile(event.content)) {
      const command = answered ?? open[0]
      if (command !== undefined)
        close(command, { kind: 'file', eventId, url: event.content.url, size: sizeOf(event.content) })
    } else if (answered !== undefined) {
      close(answered, { kind: 'text', eventId, body: bodyOf(event) })
    } else {
      lines.push({ eventId, body: bodyOf(event), open: [...open] })
    }
  }
  return { outcomes, lines }
}

/** Whether some message of the bot after ours carries no relation, so that what came before ours decides whose it is. */
export function needsContext(events: readonly RoomEvent[], rules: RoomRules): boolean {
  return events.some(
    (event) =>
      event.type === 'm.room.message' &&
      rules.bots.has(event.sender) &&
      (isRedacted(event)
        ? namedByRedaction(event) === undefined
        : isFile(event.content) && repliedTo(event) === undefined),
  )
}

/** Whether these events, oldest first, hold a command and, later, its reply: nothing older than that command is still open. */
export function hasAnchor(events: readonly RoomEvent[], rules: RoomRules): boolean {
  const seen = new Set<string>()
  for (const event of events) {
    const answered = rules.bots.has(event.sender) ? repliedTo(event) : undefined
    if (answered !== undefined && seen.has(answered)) return true
    seen.add(event.event_id)
  }
  return false
}

/**
 * A message with the prefix or with the bot's own MXID and a colon in front. A message that somebody removed may have
 * been one: it counts, since taking a colleague's file for ours would be worse than to miss a reply once.
 */
function isCommand(event: RoomEvent, rules: RoomRules): boolean {
  if (isRedacted(event)) return true
  const body = bodyOf(event)
  return body.startsWith(rules.prefix) || [...rules.bots].some((bot) => body.startsWith(`${bot}:`))
}

function isRedacted(event: RoomEvent): boolean {
  return event.unsigned?.redacted_because !== undefined || Object.keys(event.content).length === 0
}

/** The command that a redaction by this program names in its reason. */
function namedByRedaction(event: RoomEvent): string | undefined {
  const reason = event.unsigned?.redacted_because?.content?.reason
  return typeof reason === 'string' ? /\$[A-Za-z0-9_:.~+/=-]+/.exec(reason)?.[0] : undefined
}

function repliedTo(event: RoomEvent): string | undefined {
  const relation = event.content['m.relates_to'] as { 'm.in_reply_to'?: { event_id?: unknown } } | undefined
  const id = relation?.['m.in_reply_to']?.event_id
  return typeof id === 'string' ? id : undefined
}

function isFile(content: Record<string, unknown>): content is { url: string } {
  return content.msgtype === 'm.file' && typeof content.url === 'string'
}

function sizeOf({ info }: Record<string, unknown>): number | undefined {
  const size = (info as { size?: unknown } | null | undefined)?.size
  return Number.isSafeInteger(size) ? (size as number) : undefined
}

function bodyOf(event: RoomEvent): string {
  return typeof event.content.body === 'string' ? event.content.body : ''
}

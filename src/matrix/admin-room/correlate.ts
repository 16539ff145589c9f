import type { RoomEvent } from '../room-event.ts'
import { Answers } from './answers.ts'
import { OpenCommands } from './open-commands.ts'
import type { Outcome } from './outcome.ts'

/** A message of the bot that answers no command. */
export interface StrayLine {
  eventId: string
  body: string
  /** The oldest command that was open when it came. */
  oldest: string | undefined
  /** Whether a command was open then. */
  wasOpen(command: string): boolean
  /** Whether all commands that were open then are ours. */
  allOurs: boolean
}

export interface Correlation {
  /** By the event id of our command. */
  outcomes: Map<string, Outcome>
  lines: StrayLine[]
}

export interface RoomRules {
  bots: ReadonlySet<string>
  /** `!admin`; a command is a message that begins with it. May be empty. */
  prefix: string
}

/**
 * Walks the room's events, oldest first, and says which of `ours` was answered by what.
 * A command opens. A reply with a relation closes its command and all before it, because the server answers in room
 * order; a server may continue it in further events, which relate to it or stand in the same thread. What carries no
 * relation, a file or a redacted message of the bot, closes the oldest open command, unless an answer may continue there.
 */
export function correlate(events: readonly RoomEvent[], ours: ReadonlySet<string>, rules: RoomRules): Correlation {
  const open = new OpenCommands(ours)
  const answers = new Answers(open)
  const lines: StrayLine[] = []
  const close = (command: string | undefined, event: RoomEvent, outcome: Outcome) => {
    if (command === undefined) return
    answers.add(command, event, outcome)
    open.close(command)
  }

  let previous: string | undefined
  for (const event of events) {
    if (event.type !== 'm.room.message') continue
    const { event_id: eventId, body, file } = event
    if (!rules.bots.has(event.sender)) {
      if (ours.has(eventId)) open.add(eventId, eventId)
      else if (isCommand(event, rules)) open.add(eventId, event.redaction ? undefined : (event.thread ?? eventId))
    } else if (event.redaction) {
      const named = namedByRedaction(event.redaction)
      const command = named ?? answers.unfinished ?? open.oldest
      close(command, event, { kind: 'redacted', eventId, named: named !== undefined })
    } else {
      const related = answers.related(event)
      if (file) close(related ?? open.oldest, event, { kind: 'file', eventId, ...file })
      else if (related !== undefined)
        close(related, event, { kind: 'text', parts: [{ eventId, body }], hasEnded: false, isBroken: false })
      else {
        answers.addLine(previous)
        lines.push({ eventId, body, ...open.now() })
      }
    }
    previous = eventId
  }
  const outcomes = new Map([...ours].flatMap((command) => pair(command, answers.outcome(command))))
  return { outcomes, lines }
}

function pair(command: string, outcome: Outcome | undefined): [string, Outcome][] {
  return outcome === undefined ? [] : [[command, outcome]]
}

/** Whether some message of the bot after ours carries no relation, so that what came before ours decides whose it is. */
export function needsContext(events: readonly RoomEvent[], rules: RoomRules): boolean {
  return events.some(
    (event) =>
      event.type === 'm.room.message' &&
      rules.bots.has(event.sender) &&
      (event.redaction
        ? namedByRedaction(event.redaction) === undefined
        : event.file !== undefined && relationOf(event) === undefined),
  )
}

/** Whether these events, oldest first, hold a command and, later, its reply: nothing older than that command is still open. */
export function hasAnchor(events: readonly RoomEvent[], rules: RoomRules): boolean {
  const seen = new Set<string>()
  for (const event of events) {
    if (!rules.bots.has(event.sender)) seen.add(event.event_id)
    else if (seen.has(relationOf(event) ?? '')) return true
  }
  return false
}

/** The event that an event relates to: what it replies to, or the root of its thread. */
function relationOf({ thread, repliesTo }: RoomEvent): string | undefined {
  return thread ?? repliesTo
}

/**
 * A message with the prefix or with the bot's own MXID and a colon in front. A redacted message may have
 * been one: it counts, since taking a colleague's file for ours would be worse than to miss a reply once.
 */
export function isCommand({ body, redaction }: RoomEvent, rules: RoomRules): boolean {
  return redaction !== undefined || body.startsWith(rules.prefix) || startsWithBot(body, rules.bots)
}

function startsWithBot(body: string, bots: ReadonlySet<string>): boolean {
  for (const bot of bots) if (body.startsWith(`${bot}:`)) return true
  return false
}

/** The command that a redaction by this program names in its reason. */
function namedByRedaction({ reason }: { reason: string }): string | undefined {
  return /\$[A-Za-z0-9_:.~+/=-]+/.exec(reason)?.[0]
}

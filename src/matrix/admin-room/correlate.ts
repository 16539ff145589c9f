import type { RoomEvent } from '../room-event.ts'

/** What became of one of our commands, by the room's events alone; no reply's wording is read. */
export type Outcome =
  | { kind: 'text'; eventId: string; body: string }
  /** `size`: its bytes, where the server says so. */
  | { kind: 'file'; eventId: string; url: string; size: number | undefined }
  /** The reply was removed. `named`: by this program, which had read it. */
  | { kind: 'redacted'; eventId: string; named: boolean }

/** A line of the bot that answers nobody. */
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
 * order. What carries no relation, a file or a redacted message of the bot, closes the oldest open command.
 */
export function correlate(events: readonly RoomEvent[], ours: ReadonlySet<string>, rules: RoomRules): Correlation {
  const open = new OpenCommands(ours)
  const outcomes = new Map<string, Outcome>()
  const lines: StrayLine[] = []
  const close = (command: string | undefined, outcome: Outcome) => {
    if (command === undefined) return
    open.close(command)
    if (ours.has(command) && !outcomes.has(command)) outcomes.set(command, outcome)
  }

  for (const event of events) {
    if (event.type !== 'm.room.message') continue
    const { event_id: eventId, body, file, repliesTo } = event
    if (!rules.bots.has(event.sender)) {
      if (ours.has(eventId) || isCommand(event, rules)) open.add(eventId)
    } else if (event.redaction) {
      const named = namedByRedaction(event.redaction)
      close(named ?? open.oldest, { kind: 'redacted', eventId, named: named !== undefined })
    } else if (file) close(repliesTo ?? open.oldest, { kind: 'file', eventId, ...file })
    else if (repliesTo !== undefined) close(repliesTo, { kind: 'text', eventId, body })
    else lines.push({ eventId, body, ...open.now() })
  }
  return { outcomes, lines }
}

/** The commands that wait for their reply. Those open at a time are a run of all that were posted, so no list is ever copied. */
class OpenCommands {
  readonly #ours: ReadonlySet<string>
  readonly #all: string[] = []
  readonly #places = new Map<string, number>()
  /** How many of the first commands are not ours. */
  readonly #foreign = [0]
  #start = 0

  constructor(ours: ReadonlySet<string>) {
    this.#ours = ours
  }

  get oldest(): string | undefined {
    return this.#all[this.#start]
  }

  add(command: string): void {
    this.#places.set(command, this.#all.length)
    this.#foreign.push((this.#foreign.at(-1) ?? 0) + (this.#ours.has(command) ? 0 : 1))
    this.#all.push(command)
  }

  /** Closes a command and all before it. */
  close(command: string): void {
    this.#start = Math.max(this.#start, (this.#places.get(command) ?? -1) + 1)
  }

  now(): Pick<StrayLine, 'oldest' | 'wasOpen' | 'allOurs'> {
    const [start, end] = [this.#start, this.#all.length]
    return {
      oldest: this.oldest,
      wasOpen: (command) => {
        const place = this.#places.get(command) ?? -1
        return place >= start && place < end
      },
      allOurs: this.#foreign[start] === this.#foreign[end],
    }
  }
}

/** Whether some message of the bot after ours carries no relation, so that what came before ours decides whose it is. */
export function needsContext(events: readonly RoomEvent[], rules: RoomRules): boolean {
  return events.some(
    (event) =>
      event.type === 'm.room.message' &&
      rules.bots.has(event.sender) &&
      (event.redaction
        ? namedByRedaction(event.redaction) === undefined
        : event.file !== undefined && event.repliesTo === undefined),
  )
}

/** Whether these events, oldest first, hold a command and, later, its reply: nothing older than that command is still open. */
export function hasAnchor(events: readonly RoomEvent[], rules: RoomRules): boolean {
  const seen = new Set<string>()
  for (const event of events) {
    const answered = rules.bots.has(event.sender) ? event.repliesTo : undefined
    if (answered !== undefined && seen.has(answered)) return true
    seen.add(event.event_id)
  }
  return false
}

/**
 * A message with the prefix or with the bot's own MXID and a colon in front. A message that somebody removed may have
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

import type { MatrixClient } from '../client.ts'
import { UnreachableError } from '../matrix-errors.ts'
import { correlate, type RoomRules, type StrayLine } from './correlate.ts'
import type { Outcome } from './outcome.ts'
import { Timeline } from './timeline.ts'

/** ms from the post to the first look, and the longest pause between looks. */
const firstLook = 2
const longestPause = 1000
const growth = 1.5
/** ms that a look which began before a deadline may take beyond it. */
const lookTime = 1000
/** Lines of the bot that are passed on for one command, and characters of each: a flood of them must not drown the reply. */
const mostLines = 20
const longestLine = 2000

/** A message of the bot that answers no command. */
export interface BotLine {
  body: string
  /** Whether it is about the command that is waited for; else it may be about a colleague's. */
  ours: boolean
}

interface Expectation {
  deadline: number
  /** Whether the whole answer is awaited, not only its start. */
  whole: boolean
  /** How many lines there were for it. */
  lineCount: number
  onLine(line: BotLine): void
  resolve(outcome: Outcome | undefined): void
  reject(error: unknown): void
}

/**
 * Reads the admin room for any number of our commands at once. One loop serves them all; it runs only while
 * something is expected, and every outcome that it finds makes it look again soon.
 */
export class ReplyReader {
  readonly #timeline: Timeline
  readonly #rules: Promise<RoomRules>
  readonly #expected = new Map<string, Expectation>()
  readonly #ours = new Set<string>()
  readonly #found = new Map<string, Outcome>()
  readonly #passedOn = new Set<string>()
  #anchor: string | undefined
  #pause = firstLook
  #running = false
  /** Whether a command was added whose reply may have been read before. */
  #added = false
  #looked = false

  constructor(client: MatrixClient, roomId: string, rules: Promise<RoomRules>) {
    this.#timeline = new Timeline(client, roomId)
    this.#rules = rules
    // The loop handles a failure.
    rules.catch(() => {})
  }

  /** The outcome of one of our commands, of a text at least its first part; undefined when there is none at the deadline (Unix ms). */
  outcome(eventId: string, deadline: number, onLine: (line: BotLine) => void): Promise<Outcome | undefined> {
    return this.#await(eventId, { deadline, whole: false, lineCount: 0, onLine })
  }

  /** The same once no part of a text can follow; what there is of it at the deadline. */
  async wholeOutcome(eventId: string, deadline: number): Promise<Outcome | undefined> {
    const outcome = await this.#await(eventId, { deadline, whole: true, lineCount: 0, onLine: () => {} })
    return outcome ?? this.#found.get(eventId)
  }

  #await(eventId: string, expectation: Omit<Expectation, 'resolve' | 'reject'>): Promise<Outcome | undefined> {
    const found = this.#found.get(eventId)
    if (found && isEnough(found, expectation)) return Promise.resolve(found)
    this.#anchor ??= eventId
    this.#ours.add(eventId)
    this.#added = true
    this.#pause = firstLook
    const result = new Promise<Outcome | undefined>((resolve, reject) => {
      this.#expected.set(eventId, { ...expectation, resolve, reject })
    })
    if (!this.#running) void this.#loop()
    return result
  }

  /** Awaits a command no longer: its outcome resolves as undefined. */
  forget(eventId: string): void {
    this.#settle(eventId, undefined)
  }

  /** Drops a command that is not needed any more, and the events before all that are still expected. */
  release(eventId: string): void {
    this.#found.delete(eventId)
    this.#ours.delete(eventId)
    this.#timeline.trim(this.#ours)
  }

  async #loop(): Promise<void> {
    this.#running = true
    try {
      while (this.#expected.size > 0) {
        const remaining = Math.min(...this.#deadlines()) - Date.now()
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(this.#pause, remaining))))
        this.#pause = Math.min(longestPause, Math.max(firstLook + 1, this.#pause * growth))
        await this.#look().catch((error) => this.#forgive(error))
        this.#expire()
      }
    } catch (error) {
      for (const expectation of this.#expected.values()) expectation.reject(error)
      this.#expected.clear()
    } finally {
      this.#running = false
    }
  }

  async #look(): Promise<void> {
    const limits = { deadline: Math.max(...this.#deadlines()) + lookTime, patient: true }
    if (this.#anchor === undefined) return
    const rules = await this.#rules
    const fresh = await this.#timeline.update(this.#anchor, limits)
    if (!fresh && !this.#added) return
    this.#added = false
    this.#looked = true
    const { outcomes, lines } = correlate(await this.#timeline.events(rules, limits), this.#ours, rules)
    for (const line of lines) this.#passOn(line)
    for (const [eventId, outcome] of outcomes) {
      this.#found.set(eventId, outcome)
      const expectation = this.#expected.get(eventId)
      if (expectation && isEnough(outcome, expectation) && this.#settle(eventId, outcome)) this.#pause = firstLook
    }
  }

  /** A line that answers no command is about the oldest open one; that is certain only if all open ones are ours. */
  #passOn({ eventId, body, oldest, allOurs, wasOpen }: StrayLine): void {
    if (this.#passedOn.has(eventId)) return
    for (const [command, expectation] of this.#expected) {
      if (!wasOpen(command)) continue
      const ours = allOurs && command === oldest
      if (ours) {
        // Until then a command of ours may be among them whose post was not confirmed yet.
        this.#passedOn.add(eventId)
        expectation.lineCount += 1
        if (expectation.lineCount > mostLines) continue
      }
      const shown = body.length > longestLine ? `${body.slice(0, longestLine)}… (${body.length} characters)` : body
      expectation.onLine({ body: shown, ours })
    }
  }

  /** Ends waiting for a command. Whether it was waited for. */
  #settle(eventId: string, outcome: Outcome | undefined): boolean {
    const expectation = this.#expected.get(eventId)
    if (!expectation) return false
    this.#expected.delete(eventId)
    const { lineCount, onLine, resolve } = expectation
    if (lineCount > mostLines) onLine({ body: `(${lineCount - mostLines} more messages were left out)`, ours: true })
    resolve(outcome)
    return true
  }

  #deadlines(): number[] {
    return [...this.#expected.values()].map((expectation) => expectation.deadline)
  }

  /** A room that could be read before and cannot at the deadline counts as a missing reply. */
  #forgive(error: unknown): void {
    const over = Date.now() >= Math.min(...this.#deadlines())
    if (!this.#looked || !over || !(error instanceof UnreachableError)) throw error
  }

  #expire(): void {
    const now = Date.now()
    for (const [eventId, { deadline }] of this.#expected) if (now >= deadline) this.#settle(eventId, undefined)
  }
}

function isEnough(outcome: Outcome, { whole }: Pick<Expectation, 'whole'>): boolean {
  return !whole || outcome.kind !== 'text' || outcome.hasEnded || outcome.isBroken
}

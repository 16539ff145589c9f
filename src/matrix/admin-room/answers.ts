import type { RoomEvent } from '../room-event.ts'
import type { OpenCommands } from './open-commands.ts'
import { isCut, looksSplit, type Outcome, type ReplyPart } from './outcome.ts'

/** The answer to one command, as far as it was read. */
interface Answer {
  first: Outcome
  /** The events of a text, in order. */
  parts: ReplyPart[]
  isThreaded: boolean
  isBroken: boolean
  /** Whether its only part looks like one of several; undefined until that is asked, since all of the part is looked at. */
  looksSplit: boolean | undefined
}

/** The answers to commands, from which it shows to which of them a message of the bot belongs. */
export class Answers {
  readonly #open: OpenCommands
  readonly #byCommand = new Map<string, Answer>()
  /** The command that an event of the bot answers. */
  readonly #commandOf = new Map<string, string>()
  /** The command of each thread that was answered last. */
  readonly #latestIn = new Map<string, string>()
  #latest: string | undefined
  /** The place of the last command that was answered. */
  #furthest = -1

  constructor(open: OpenCommands) {
    this.#open = open
  }

  /**
   * The command to which a text or a file of the bot relates: as a reply to it, as a reply to a part of its answer, or in a
   * thread. In a thread nothing says whether the answer before continues or the next command there is answered: it belongs
   * to that command, and the answer before it may lack it.
   */
  related({ thread, repliesTo }: RoomEvent): string | undefined {
    if (thread === undefined) return repliesTo === undefined ? undefined : (this.#commandOf.get(repliesTo) ?? repliesTo)
    const next = this.#open.oldestIn(thread)
    const before = this.#latestIn.get(thread)
    if (next === undefined) return before ?? thread
    if (before !== undefined) this.#break(before)
    return next
  }

  /** The command whose answer was read last, where that answer may continue. */
  get unfinished(): string | undefined {
    const answer = this.#latest === undefined ? undefined : this.#byCommand.get(this.#latest)
    return answer && mayContinue(answer) ? this.#latest : undefined
  }

  /** A message of the bot that answers a command, or continues its answer. */
  add(command: string, event: RoomEvent, outcome: Outcome): void {
    const answer = this.#byCommand.get(command)
    this.#latest = command
    this.#furthest = Math.max(this.#furthest, this.#open.place(command))
    this.#commandOf.set(event.event_id, command)
    if (event.thread !== undefined) this.#latestIn.set(event.thread, command)
    const parts = outcome.kind === 'text' ? outcome.parts : []
    if (answer === undefined)
      this.#byCommand.set(command, {
        first: outcome,
        parts: [...parts],
        isThreaded: event.thread !== undefined,
        isBroken: false,
        looksSplit: undefined,
      })
    else if (outcome.kind === 'redacted') answer.isBroken = true
    // A second answer to the same command counts as none.
    else if (continues(answer, command, event)) {
      if (outcome.kind === 'text' && !isCut(answer.parts)) answer.parts.push(...parts)
      else answer.isBroken = true
    }
  }

  /** A line of the bot that answers nothing: directly after a part it may stand for the next. `previous`: the message before it. */
  addLine(previous: string | undefined): void {
    const command = previous === undefined ? undefined : this.#commandOf.get(previous)
    if (command !== undefined && command === this.unfinished) this.#break(command)
  }

  /** What became of a command. */
  outcome(command: string): Outcome | undefined {
    const answer = this.#byCommand.get(command)
    const [first, ...others] = answer?.parts ?? []
    if (answer?.first.kind !== 'text' || first === undefined) return answer?.first
    const hasEnded = this.#furthest > this.#open.place(command)
    return { kind: 'text', parts: [first, ...others], hasEnded, isBroken: answer.isBroken }
  }

  #break(command: string): void {
    const answer = this.#byCommand.get(command)
    if (answer) answer.isBroken = true
  }
}

function mayContinue(answer: Answer): boolean {
  if (answer.parts.length !== 1) return answer.parts.length > 1
  answer.looksSplit ??= looksSplit(answer.parts)
  return answer.looksSplit
}

/** In a thread every part is a child of the root; else each replies to the part before it. */
function continues({ isThreaded }: Answer, command: string, { thread, repliesTo }: RoomEvent): boolean {
  return isThreaded ? thread !== undefined : thread === undefined && repliesTo !== undefined && repliesTo !== command
}

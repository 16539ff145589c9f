import { DiagnosableError } from '../../errors.ts'
import type { RoomEvent } from '../room-event.ts'

/** Counts events that are kept in memory. Throws DiagnosableError, naming the bound, when they are too many or too much text. */
export class Bounds {
  readonly #events: number
  readonly #characters: number
  #countedEvents = 0
  #countedCharacters = 0

  constructor(events: number, characters: number) {
    this.#events = events
    this.#characters = characters
  }

  count(events: readonly RoomEvent[]): void {
    this.#countedEvents += events.length
    for (const event of events) this.#countedCharacters += textLength(event)
    if (this.#countedEvents > this.#events) throw tooMuch(`more than ${this.#events} events`)
    if (this.#countedCharacters > this.#characters)
      throw tooMuch(`more than ${this.#characters / 1024 / 1024} MiB of text`)
  }
}

/** Characters of what a server may make long. */
function textLength({ body, file, redaction }: RoomEvent): number {
  return body.length + (file?.url.length ?? 0) + (redaction?.reason.length ?? 0)
}

function tooMuch(what: string): DiagnosableError {
  return new DiagnosableError(`the admin room has too much to read: ${what}`, {
    hint: 'look in the admin room: something may be flooding it',
  })
}

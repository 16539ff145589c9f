/** ms for one question, its retries included. */
const longestQuestion = 10_000
/** ms after the time of a step in which what was answered is still recorded and removed from the room. */
const overtime = 4000

/**
 * The time of a command that is made of steps, such as the tokens or accounts of a list: each step has the command's timeout,
 * so that a long list takes as long as it needs, and a homeserver that stops answering is left 4 s after the timeout.
 */
export class StepTime {
  readonly #timeoutMs: number
  #begun = Date.now()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** A step is done, and another begins. */
  next(): void {
    this.#begun = Date.now()
  }

  /** The clock of the step stands still, while a person is asked for example, until the returned function is called. */
  pause(): () => void {
    const since = Date.now()
    return () => {
      this.#begun += Date.now() - since
    }
  }

  /** Unix ms by which a command of this step must be answered. */
  get deadline(): number {
    return this.#begun + this.#timeoutMs
  }

  /** Unix ms by which a question that is asked now must be answered. */
  get question(): number {
    return Math.min(Date.now() + Math.min(longestQuestion, this.#timeoutMs), this.deadline + overtime)
  }
}

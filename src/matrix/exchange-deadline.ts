/** What a deadline aborts with. `code` as node's network errors have it. */
class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT'
}

/**
 * Ends a request in time, whatever the server does: `signal` is aborted at the deadline or by the interruption, which
 * destroys the socket, and `settle` rejects then without waiting for anything that the socket reports.
 */
export class ExchangeDeadline {
  readonly #end = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #interrupt: AbortSignal | undefined
  readonly #interrupted = () => this.#end.abort(this.#interrupt?.reason)

  /** @param at Unix time in ms. @param interrupt aborted, with its reason, when the user gives up. */
  constructor(at: number, interrupt: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#end.abort(new TimeoutError('no answer in time')), Math.max(1, at - Date.now()))
    this.#interrupt = interrupt
    if (interrupt?.aborted) this.#interrupted()
    else interrupt?.addEventListener('abort', this.#interrupted, { once: true })
  }

  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** What `work` gives, or the reason of the end, whichever comes first. */
  settle<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => reject(this.signal.reason)
      if (this.signal.aborted) end()
      else this.signal.addEventListener('abort', end, { once: true })
      work.then(resolve, reject).finally(() => this.signal.removeEventListener('abort', end))
    })
  }

  /** To be called when the exchange is over. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#interrupt?.removeEventListener('abort', this.#interrupted)
  }
}

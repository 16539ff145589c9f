import type { ChildProcess } from 'node:child_process'
import { type FSWatcher, watch } from 'node:fs'
import type { Homeserver } from '../homeserver/index.ts'
import { answer } from '../homeserver/respond.ts'

/** A signal that the program gets when something has happened, and whether it was still running then. */
export class SignalAt {
  /** Whether it reached the program. */
  hit = false
  readonly #signal: NodeJS.Signals
  #child: ChildProcess | undefined
  #watcher: FSWatcher | undefined

  constructor(signal: NodeJS.Signals) {
    this.#signal = signal
  }

  /** To be given to `runWith`. */
  readonly started = (child: ChildProcess): void => {
    this.#child = child
    child.once('exit', () => this.#watcher?.close())
  }

  /** Sends it, once. */
  readonly send = (): void => {
    if (this.hit || this.#child === undefined || this.#child.exitCode !== null) return
    this.hit = this.#child.kill(this.#signal)
  }

  /** When the server receives this request (the first is 0): before it is carried out, after that, or after its answer. */
  atRequest(hs: Homeserver, request: number, moment: 'before' | 'done' | 'answered'): this {
    hs.faults.on(
      { skip: request, times: 1 },
      {
        kind: 'act',
        act: (response, carryOut) => {
          const answered = moment === 'before' ? undefined : carryOut()
          if (moment !== 'answered' || answered === undefined) return this.send()
          response.once('finish', this.send)
          answer(response, answered)
        },
      },
    )
    return this
  }

  /** When the server carries out a command that begins so, or when such a line is posted. */
  atCommand(hs: Homeserver, moment: 'posted' | 'executed', line: RegExp): this {
    hs.onCommand(moment, line, this.send)
    return this
  }

  /** When something in a folder changes for the nth time (the first is 0). */
  atChange(folder: string, change: number): this {
    let seen = 0
    this.#watcher = watch(folder, () => {
      if (seen++ === change) this.send()
    })
    return this
  }
}

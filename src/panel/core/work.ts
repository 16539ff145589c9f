import { setMaxListeners } from 'node:events'
import type { Caller } from '../../audit/write.ts'
import type { CommonFlags, Context } from '../../config/context.ts'
import { openSession, type Session } from '../../config/session.ts'
import { asUserError, InterruptedError, type UserError } from '../../errors.ts'
import { internalError } from '../../system/internal-error.ts'
import type { Ended, Failure, Visitor } from '../commands.ts'
import { takeTurns } from '../turns.ts'

/** The server carries out one command after another; more at once would only take memory. */
const atOnce = 4

/** Does what the panel asks of the core, with settings and credentials read anew each time. */
export class Work {
  readonly #context: Context
  readonly #flags: CommonFlags
  readonly #commandTurn = takeTurns(atOnce)
  readonly #questionTurn = takeTurns(atOnce)
  readonly #underway = new Set<Promise<unknown>>()
  // What is under way is not cut off when the panel is asked to end, unless it takes too long.
  readonly #interruption = new AbortController()

  constructor(context: Context, flags: CommonFlags) {
    this.#context = context
    this.#flags = flags
    // Every request that is under way listens to it: node takes more than ten for a leak, and says so on stderr.
    setMaxListeners(0, this.#interruption.signal)
  }

  /** A command in a visitor's name. `at` says for stderr where an internal error was. */
  command<T>(at: string, { ip, ua }: Visitor, work: (session: Session) => Promise<T>): Promise<Ended<T>> {
    const caller: Caller = { source: 'panel', ip, ua, mustRecord: true, userId: this.#context.userId }
    const session = () => openSession({ ...this.#context, caller, interrupt: this.#interruption.signal }, this.#flags)
    return this.#ended(at, () => this.#commandTurn(async () => work(await session())))
  }

  /** A question to the server's API, which waits for no command. */
  question<T>(at: string, work: (session: Session) => Promise<T>): Promise<Ended<T>> {
    const session = () => openSession({ ...this.#context, interrupt: this.#interruption.signal }, this.#flags)
    return this.#ended(at, () => this.#questionTurn(async () => work(await session())))
  }

  /** Something that needs no server. */
  local<T>(at: string, work: () => Promise<T>): Promise<Ended<T>> {
    return this.#ended(at, work)
  }

  settled(): Promise<unknown> {
    return Promise.allSettled(this.#underway)
  }

  interrupt(): void {
    this.#interruption.abort(
      new InterruptedError('the panel was stopped before the command ended: it may still be carried out', {
        hint: 'look in the admin room, or at the account, before you try again',
      }),
    )
  }

  async #ended<T>(at: string, work: () => Promise<T>): Promise<Ended<T>> {
    const working = work()
    this.#underway.add(working)
    try {
      return { kind: 'done', result: await working }
    } catch (error) {
      const shown = asUserError(error)
      if (shown === undefined) this.#context.io.fail(internalError(error, at))
      return { kind: 'failed', failure: shown ? failureOf(shown) : internal }
    } finally {
      this.#underway.delete(working)
    }
  }
}

export const internal: Failure = {
  message: 'internal error: see the output of `matrix-users panel`',
  hint: undefined,
  hintIsForShell: false,
  exitCode: 2,
}

export function failureOf({ message, hint, hintIsForShell, diagnosable, exitCode }: UserError): Failure {
  return { message, hint, hintIsForShell, diagnosable, exitCode }
}

import { SetupError, UserError } from '../../errors.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Operation } from '../table.ts'
import { resolveTarget, type Target } from '../target.ts'

/** Bytes of a file of users. */
export const longestList = 4 * 1024 * 1024
/** More would take too much memory. */
const mostUsers = 100_000

/** The accounts of the arguments. Throws SetupError naming every fault. */
export function resolveTargets(operation: Operation, given: readonly string[], serverName: string): Target[] {
  const list = new TargetList(operation, serverName)
  for (const [at, one] of given.entries()) list.add(one, `user ${at + 1}`)
  return list.whole()
}

/** The accounts of a file: one per line, blank lines and `#` comments allowed; none are no fault. Throws SetupError naming every fault by its line. */
export function readTargets(operation: Operation, text: string, serverName: string): Target[] {
  const list = new TargetList(operation, serverName)
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const given = withoutComment(raw).trim()
    if (given !== '') list.add(given, `line ${at + 1}`)
  }
  return list.whole()
}

/** Some readers end a line, and so a comment, at these characters too: such a line stays as it is, and is refused. */
function withoutComment(line: string): string {
  return /[\r\u2028\u2029]/.test(line) ? line : line.replace(/(^|\s)#.*/, '')
}

/** Accounts, each once, and what is wrong with the others. */
class TargetList {
  readonly #operation: Operation
  readonly #serverName: string
  readonly #byMxid = new Map<string, Target & { place: string }>()
  readonly #faults: string[] = []
  readonly #rules = new Set<string>()

  constructor(operation: Operation, serverName: string) {
    this.#operation = operation
    this.#serverName = serverName
  }

  /** `place`: where it stands, for messages. Throws SetupError where there are too many. */
  add(given: string, place: string): void {
    if (this.#byMxid.size + this.#faults.length === mostUsers)
      throw new SetupError(`more than ${mostUsers} users, so nothing was sent`, {
        hint: 'split the list, and run the command once for each part',
      })
    try {
      const target = resolveTarget(this.#operation, given, this.#serverName)
      const before = this.#byMxid.get(target.mxid)
      if (before) throw new SetupError(`${quote(given)} is the same as ${before.place}`)
      this.#byMxid.set(target.mxid, { ...target, place })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#faults.push(`${place}: ${error.message}`)
      if (error.hint !== undefined) this.#rules.add(error.hint)
    }
  }

  /** All of them. Throws SetupError if anything is wrong with any. */
  whole(): Target[] {
    if (this.#faults.length > 0)
      throw new SetupError(`the list of users has mistakes, so nothing was sent:\n${this.#faults.join('\n')}`, {
        hint: this.#rules.size === 0 ? undefined : [...this.#rules].join('; '),
      })
    return [...this.#byMxid.values()]
  }
}

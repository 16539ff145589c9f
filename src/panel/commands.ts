import type { Caller } from '../audit/write.ts'
import type { Command } from '../cli/commands/command.ts'
import { inviteMint } from '../cli/commands/invite.ts'
import { inviteTake } from '../cli/commands/invite-ledger.ts'
import { operationCommand } from '../cli/commands/operation.ts'
import { type CommonFlags, type Context, openIdentity } from '../config/session.ts'
import { asUserError, InterruptedError, OutputError } from '../errors.ts'
import { operations } from '../operations/table.ts'
import { internalError } from '../system/internal-error.ts'
import type { Io } from '../system/io.ts'
import { takeTurns } from './turns.ts'

/** Where a command's output goes: into a page that is being sent. */
export interface Page {
  /** False if the browser has gone away. */
  write(text: string): Promise<boolean>
  say(text: string, kind: 'notice' | 'warning'): void
  /** What was typed where the command asks for the exact id. */
  retyped(): string
}

/** How a command ended: its exit code, and what the command line would have said after `error:` and `hint:`. */
export interface Ending {
  code: number
  error?: string
  hint?: string | undefined
}

/** What the panel can do, handed to it by the program: the panel is a bundle of its own, and shares no module with it. */
export interface Commands {
  run(name: string, args: Record<string, unknown>, page: Page, caller: Pick<Caller, 'ip' | 'ua'>): Promise<Ending>
  /** Throws an error with a message for people if the set-up is wrong. */
  serverName(): Promise<string>
}

/** The server carries out one command after another; more at once would only take memory. */
const atOnce = 4

/** Commands as the panel runs them: the same `run` as the command line's, with settings and credentials read anew each time. */
export function commandsFor(context: Context, flags: CommonFlags): Commands {
  const known = new Map<string, Command<Record<string, unknown>>>([
    ...operations.map((operation) => [operation.name, operationCommand(operation) as Command] as const),
    ['invite', inviteMint as Command],
    ['invite-take', inviteTake as Command],
  ])
  const inTurn = takeTurns(atOnce)
  return {
    async run(name, args, page, { ip, ua }) {
      const command = known.get(name)
      if (command === undefined) return { code: 2, error: 'no such command' }
      const caller: Caller = { source: 'panel', ip, ua, mustRecord: true }
      // An operation that is under way is not cut off when the panel is asked to end.
      const interrupt = new AbortController().signal
      try {
        const panelContext = { ...context, io: pageIo(page), caller, interrupt }
        const code = await inTurn(() => command.run({ ...flags, ...args }, panelContext))
        return { code }
      } catch (error) {
        const shown = asUserError(error)
        if (shown) return { code: shown.exitCode, error: shown.message, hint: forBrowser(shown.hint) }
        context.io.fail(internalError(error, name))
        return { code: 2, error: 'internal error: what happened is on the stderr of the panel' }
      }
    },
    async serverName() {
      return (await openIdentity(context, flags)).serverName
    },
  }
}

/** A hint that only helps at a shell says so. */
function forBrowser(hint: string | undefined): string | undefined {
  return hint !== undefined && /(^|\s)--\w|matrix-users/.test(hint) ? `On the command line: ${hint}` : hint
}

/** A terminal on which the id is retyped, and whose output is a page. */
function pageIo(page: Page): Io {
  const decoder = new TextDecoder()
  const refuse = () => Promise.reject(new InterruptedError('nobody can be asked for that here'))
  return {
    stdinIsTerminal: true,
    stdoutIsTerminal: false,
    stderrIsTerminal: true,
    columns: () => Number.POSITIVE_INFINITY,
    async write(data) {
      const text = typeof data === 'string' ? data : decoder.decode(data, { stream: true })
      if (!(await page.write(text))) throw new OutputError('the browser went away before the reply was sent')
    },
    notice: (text) => page.say(text, 'notice'),
    warn: (text) => page.say(text, 'warning'),
    fail: (text) => page.say(text, 'warning'),
    waiting: () => () => {},
    ask: async () => page.retyped(),
    askSecret: refuse,
    readStdin: refuse,
  }
}

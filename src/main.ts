import { setMaxListeners } from 'node:events'
import { fstatSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createIo } from './cli/terminal.ts'
import type { Context } from './config/context.ts'
import { asUserError, type ExitCode, exitCodes, InterruptedError, type UserError } from './errors.ts'
import { internalError } from './system/internal-error.ts'
import type { Io } from './system/io.ts'
import { isNullDevice } from './system/modes.ts'

/** Defined by the bundler; undefined where the sources run without it. */
declare const __VERSION__: string | undefined
const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source'

async function main(argv: readonly string[]): Promise<ExitCode> {
  // Handling signals costs 3 ms, which `--version` can do without.
  const signals = argv.length === 1 && /^(--version|-V)$/.test(argv[0] ?? '') ? undefined : stopSignals()
  const [stdin, stdout, stderr] = await Promise.all([isTerminal(0), isTerminal(1), isTerminal(2)])
  const terminal = { stdin, stdout, stderr }
  const io = createIo(terminal, colour(process.env), signals?.interrupt)
  catchTheRest(io)
  try {
    if (signals === undefined) {
      await io.write(`${version}\n`)
      return exitCodes.ok.code
    }
    const context: Context = {
      io,
      environment: process.env,
      ...signals,
      caller: { source: 'cli', ip: '', ua: '', mustRecord: false, userId: process.geteuid?.() },
      homeDir: homeDir(),
      userId: process.geteuid?.(),
    }
    const { runCli } = await import('./cli/parse.ts')
    return await runCli(argv, version, context)
  } catch (error) {
    const shown = asUserError(error)
    io.fail(shown?.message ?? internalError(error), shown && hintOf(shown))
    return shown?.exitCode ?? exitCodes.refused.code
  }
}

/** Whether a descriptor is a terminal. isatty loads node:net, which takes 3 ms, so it is called for devices only. */
async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    const status = fstatSync(descriptor)
    if (!status.isCharacterDevice() || isNullDevice(status)) return false
  } catch {
    return false
  }
  return (await import('node:tty')).isatty(descriptor)
}

/** ms after an interruption at which the process ends, whatever it still waits for. A last redaction takes less. */
const longestEnd = 5000

/**
 * What nothing else caught: node would print it with its message, which may quote a secret, and exit with 1, which says that
 * a reply came. Whether a command was sent is unknown here, and the hint says so. The same where node runs out of work before the end, which must not look like success.
 */
function catchTheRest(io: Io): void {
  const end = (error: unknown) => {
    io.fail(
      internalError(error),
      'see what became of the account before you try again, because a command may have been sent',
    )
    process.exit(exitCodes.refused.code)
  }
  process.once('uncaughtException', end)
  process.once('beforeExit', () => end(new Error('the program ended too early')))
}

function stopSignals(): Pick<Context, 'interrupt' | 'onStop'> {
  const interruption = new AbortController()
  // Every request that is under way listens to it: node takes more than ten for a leak, and says so on stderr.
  setMaxListeners(0, interruption.signal)
  const callbacks: (() => void)[] = []
  const stop = () => {
    if (callbacks.length > 0) for (const callback of callbacks.splice(0)) callback()
    // A second signal ends the process immediately.
    else if (interruption.signal.aborted) process.exit(exitCodes.interrupted.code)
    else {
      interruption.abort(new InterruptedError('interrupted: commands already sent may still be carried out'))
      setTimeout(() => process.exit(exitCodes.interrupted.code), longestEnd).unref()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return { interrupt: interruption.signal, onStop: (callback) => void callbacks.push(callback) }
}

function hintOf({ hint, diagnosable }: UserError): string | undefined {
  if (!diagnosable || process.argv[2] === 'check') return hint
  return `${hint === undefined ? '' : `${hint}; or `}run \`matrix-users check\` to find the cause`
}

/** https://no-color.org and https://bixense.com/clicolors: never, always, or on a terminal that knows colours. */
function colour({ NO_COLOR, CLICOLOR_FORCE, TERM }: NodeJS.ProcessEnv): 'never' | 'always' | 'terminal' {
  if (NO_COLOR) return 'never'
  if (CLICOLOR_FORCE && CLICOLOR_FORCE !== '0') return 'always'
  return TERM === 'dumb' ? 'never' : 'terminal'
}

/** HOME, else the user's entry in the system's list of users, which Android and some containers lack. */
function homeDir(): string | undefined {
  if (process.env.HOME) return process.env.HOME
  try {
    return userInfo().homedir || undefined
  } catch {
    return undefined
  }
}

void main(process.argv.slice(2)).then((code) => process.exit(code))

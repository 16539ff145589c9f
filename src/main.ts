import { isatty } from 'node:tty'
import { type ExitCode, exitCodes, UserError } from './errors.ts'
import { createIo, InterruptedError } from './io.ts'
import type { Context } from './session.ts'

declare const __VERSION__: string

async function main(argv: readonly string[]): Promise<ExitCode> {
  const io = createIo({ stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) }, !process.env.NO_COLOR)
  try {
    if (argv.length === 1 && argv[0] === '--version') {
      await io.write(`${__VERSION__}\n`)
      return exitCodes.ok.code
    }
    const interruption = new AbortController()
    process.once('SIGINT', () =>
      interruption.abort(new InterruptedError('interrupted: what was sent already may still be carried out')),
    )
    const context: Context = {
      io,
      environment: process.env,
      interrupt: interruption.signal,
      homeDir: process.env.HOME || undefined,
      userId: process.geteuid?.(),
    }
    const { runCli } = await import('./cli.ts')
    return await runCli(argv, __VERSION__, context)
  } catch (error) {
    if (error instanceof UserError) {
      io.fail(error.message, error.hint)
      return error.exitCode
    }
    io.fail(
      `this is a defect of matrix-users: ${error instanceof Error ? (error.stack ?? error.message) : 'no error object'}`,
    )
    return exitCodes.refused.code
  }
}

void main(process.argv.slice(2)).then((code) => process.exit(code))

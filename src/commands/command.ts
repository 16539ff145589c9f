import type { Argv } from 'yargs'
import type { ExitCode } from '../errors.ts'
import type { Context } from '../session.ts'

/** A command as plain data. `run` gives the exit code; it throws UserError for what the user must know. */
export interface Command<Args = Record<string, unknown>> {
  /** As yargs takes it: name and positionals. */
  usage: string
  summary: string
  examples?: readonly [string, string][]
  options?: (yargs: Argv) => Argv
  run(args: Args, context: Context): Promise<ExitCode>
}

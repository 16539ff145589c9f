import type { CommonFlags, Context } from '../../config/context.ts'
import { profileNames } from '../../config/profiles.ts'
import {
  asUserError,
  type ExitCode,
  exitCodes,
  InterruptedError,
  OutputError,
  PartialError,
  SetupError,
  type UserError,
} from '../../errors.ts'
import type { Io } from '../../system/io.ts'
import { namedBeside, underName } from '../results/named.ts'
import type { Command } from './command.ts'

type Args<A> = A & { allProfiles?: boolean }

/** The same command, which may also be run for every profile: each result under its profile's name; one that fails does not stop the others. */
export function forProfiles<A extends CommonFlags>(
  command: Command<A>,
  refuse?: (args: A) => string | undefined,
): Command<Args<A>> {
  return {
    ...command,
    options: [...(command.options ?? []), 'all-profiles'],
    async run(args, context) {
      if (!args.allProfiles) return command.run(args, context)
      const problem =
        args.profile !== undefined || args.envFile !== undefined
          ? '--all-profiles cannot be used with --profile or --env-file'
          : refuse?.(args)
      if (problem !== undefined) throw new SetupError(`${problem}: nothing was sent`)
      return runForAll(command, args, context)
    },
  }
}

async function runForAll<A extends CommonFlags>(command: Command<A>, args: A, context: Context): Promise<ExitCode> {
  const names = profileNames(context)
  const failed: string[] = []
  for (const name of names) {
    const output = new ProfileOutput(context.io, name, args.json === true)
    let error: UserError | undefined
    try {
      const code = await command.run({ ...args, profile: name }, { ...context, io: output.io })
      if (code !== exitCodes.ok.code) failed.push(name)
    } catch (thrown) {
      error = asUserError(thrown)
      if (error === undefined || error instanceof OutputError || error instanceof InterruptedError) throw thrown
      failed.push(name)
      context.io.fail(`${name}: ${error.message}`, error.hint)
    }
    await output.end(error?.message)
  }
  if (failed.length === 0) return exitCodes.ok.code
  throw new PartialError(`${failed.length} of ${names.length} profiles failed: ${failed.join(' ')}`)
}

/** The output of one profile, with its name in a line above it or in an object around it. No output stays no output. */
class ProfileOutput {
  readonly io: Io
  readonly #terminal: Io
  readonly #name: string
  readonly #json: boolean
  #result = ''

  constructor(terminal: Io, name: string, json: boolean) {
    this.#terminal = terminal
    this.#name = name
    this.#json = json
    const collect = async (data: string | Uint8Array) => {
      this.#result += typeof data === 'string' ? data : Buffer.from(data).toString()
    }
    this.io = json ? { ...namedBeside(terminal, name), write: collect } : underName(terminal, name)
  }

  async end(error: string | undefined): Promise<void> {
    if (!this.#json) return
    const failure = error === undefined ? '' : `,"error":${JSON.stringify(error)}`
    await this.#terminal.write(
      `{"profile":${JSON.stringify(this.#name)},"result":${this.#result.trimEnd() || 'null'}${failure}}\n`,
    )
  }
}

import yargs, { type Argv } from 'yargs'
import type { Command } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { type ExitCode, exitCodes, SetupError } from './errors.ts'
import { quote } from './matrix/identifiers.ts'
import type { Context } from './session.ts'

/** Flags without a value: declared for the whole tree, so that one before the command does not swallow its name. */
const flags = ['json', 'dry-run', 'keep-reply', 'yes', 'self', 'secret']
const valued = ['env-file', 'profile', 'timeout', 'block']

/** Parses the arguments (without node and script) and runs the command. Gives the exit code; throws what the command throws. */
export async function runCli(argv: readonly string[], version: string, context: Context): Promise<ExitCode> {
  let result: Promise<ExitCode> | undefined
  let text = ''
  const tree = commands.reduce(
    (parser, command) => addCommand(parser, command as Command, (run) => (result = run), context),
    createParser(version),
  )
  await tree.parseAsync([...argv], {}, (_error: unknown, _argv: unknown, output: string) => {
    text = output
  })
  if (result !== undefined) return result
  await context.io.write(`${text}\n`)
  return exitCodes.ok.code
}

function createParser(version: string): Argv {
  return (
    yargs()
      .scriptName('matrix-users')
      .usage('$0 <command>\n\nManages the users of a Matrix homeserver through its admin room.')
      // The locale files are not in the executable, and messages must not depend on the environment.
      .detectLocale(false)
      .parserConfiguration({
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'boolean-negation': false,
        'dot-notation': false,
        'duplicate-arguments-array': false,
        'greedy-arrays': false,
      })
      .boolean(flags)
      .string(valued)
      .option('env-file', { describe: 'read settings from this file', requiresArg: true, group: 'Settings:' })
      .option('profile', {
        describe: 'read settings from this profile (matrix-users/NAME.env)',
        requiresArg: true,
        group: 'Settings:',
      })
      .option('timeout', { describe: 'seconds to wait for the reply (25)', requiresArg: true, group: 'Settings:' })
      .option('json', { describe: 'print one JSON object', group: 'Output:' })
      .version(version)
      .help()
      .alias('help', 'h')
      .wrap(100)
      .strict()
      .demandCommand(1, 'which command? `matrix-users --help` lists them')
      .recommendCommands()
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new SetupError(shorten(message), { hint: '`matrix-users --help` shows what is allowed' })
      })
      .epilogue(epilogue())
  )
}

function addCommand(
  parser: Argv,
  command: Command,
  start: (result: Promise<ExitCode>) => void,
  context: Context,
): Argv {
  return parser.command(
    command.usage,
    command.summary,
    (builder) =>
      (command.options?.(builder) ?? builder).example((command.examples ?? []) as [string, string][]).epilogue(''),
    (args) => start(command.run(args, context)),
  )
}

function epilogue(): string {
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  return `Exit codes:\n${codes.join('\n')}\n\nSettings come from flags, an env file, the environment and a profile; the README lists them.`
}

/** An argument may be long and hostile: it is named, not repeated. */
function shorten(message: string): string {
  const colon = message.indexOf(': ')
  const text = colon < 0 ? message : `${message.slice(0, colon)}: ${quote(message.slice(colon + 2))}`
  return text.charAt(0).toLowerCase() + text.slice(1)
}

import yargs, { type Argv, type Options } from 'yargs'
import type { Context } from '../config/session.ts'
import { type ExitCode, exitCodes, SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import { quiet } from '../system/io.ts'
import { type Command, type CommandGroup, nameOf } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { common, type OptionName, optionNames, options, takesValue } from './commands/options.ts'
import { commandsMeant } from './mistakes.ts'

/** Parses the arguments (without node and script) and runs the command. Gives the exit code; throws what the command throws. */
export async function runCli(argv: readonly string[], version: string, context: Context): Promise<ExitCode> {
  const meant = await commandsMeant(argv, commands)
  const help = argv.some(asksForHelp)
  // yargs takes its time for each option: those that nobody gave are for the help text only.
  const known = help ? optionNames : optionNames.filter(isAmong(argv))
  const tree = meant.reduce(
    (parser, command) => addCommand(parser, command as Command | CommandGroup, known),
    createParser(version, known, meant.length === 1 && meant[0] ? `${nameOf(meant[0])} ` : ''),
  )
  if (help) describe(tree, Math.min(widest, context.io.columns()))
  let text = ''
  try {
    await tree.parseAsync(protect(argv), {}, (_error: unknown, _argv: unknown, output: string) => {
      text = output
    })
  } catch (chosen) {
    if (!(chosen instanceof Chosen)) throw chosen
    const { command, args } = chosen
    return command.run(unprotect(args), args.quiet ? { ...context, io: quiet(context.io) } : context)
  }
  await context.io.write(`${text}\n`)
  return exitCodes.ok.code
}

const asksForHelp = (word: string) => word === '--help' || word === '-h'
const isAmong = (argv: readonly string[]) => (name: OptionName) =>
  argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`))
/** Columns of a help text at most. */
const widest = 100

/** Thrown to leave yargs with what it parsed: it would compose a help text after running a command, which costs 4 ms. */
class Chosen extends Error {
  readonly command: Command
  readonly args: Record<string, unknown>

  constructor(command: Command, args: Record<string, unknown>) {
    super('a command was chosen')
    this.command = command
    this.args = args
  }
}

function createParser(version: string, known: readonly OptionName[], command: string): Argv {
  return (
    yargs()
      .scriptName('matrix-users')
      // The locale files are not in the executable, and messages must not depend on the environment.
      .detectLocale(false)
      .parserConfiguration({
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'boolean-negation': false,
        'dot-notation': false,
        'greedy-arrays': false,
      })
      // Known everywhere, so that one before the command does not swallow its name.
      .boolean(known.filter((name) => !takesValue(name)))
      .string(known.filter(takesValue))
      .options(pick(common, known))
      .version(version)
      .help()
      .alias('help', 'h')
      .strict()
      .demandCommand(1, 'which command?')
      .exitProcess(false)
      .updateLocale(wording)
      .fail((message, error) => {
        throw error && error.name !== 'YError'
          ? error
          : new SetupError(shorten(message ?? error?.message ?? ''), {
              hint: `\`matrix-users ${command}--help\` shows what is allowed`,
            })
      })
  )
}

/** What only a help text needs. */
function describe(parser: Argv, columns: number): void {
  parser
    .usage('$0 <command>\n\nManages the users of a Matrix homeserver through its admin room.')
    .wrap(columns)
    .epilogue(epilogue())
}

function addCommand(parser: Argv, command: Command | CommandGroup, known: readonly OptionName[]): Argv {
  if ('commands' in command)
    return parser.command(command.name, command.summary, (builder) =>
      command.commands.reduce((inner, one) => addCommand(inner, one as Command, known), builder.epilogue('')),
    )
  return parser.command(
    command.usage,
    command.summary,
    (builder) => {
      for (const [name, describe] of Object.entries(command.positionals ?? {}))
        builder.positional(name, { type: 'string', describe })
      const examples = (command.examples ?? []) as [string, string][]
      return builder
        .options(pick(command.options ?? [], known))
        .example(examples)
        .epilogue('')
    },
    (args) => {
      checkOptions(command, args)
      throw new Chosen(command, args)
    },
  )
}

/** Every option is known everywhere; one that this command does not take, or takes once, is refused here. */
function checkOptions(command: Command, args: Record<string, unknown>): void {
  for (const name of optionNames) {
    // An argument of the same name: `create <user>`, `audit --user`.
    if (args[name] === undefined || command.positionals?.[name] !== undefined) continue
    if (!common.includes(name) && !command.options?.includes(name))
      throw new SetupError(`--${name} is not an option of this command`, {
        hint: `\`matrix-users ${[args._ ?? []].flat().join(' ')} --help\` lists its options`,
      })
    if (Array.isArray(args[name])) throw new SetupError(`--${name} is given more than once`)
  }
}

function pick(wanted: readonly OptionName[], known: readonly OptionName[]): Record<string, Options> {
  return Object.fromEntries(wanted.filter((name) => known.includes(name)).map((name) => [name, options[name]]))
}

/** No argument of a process holds a NUL, so one in front tells the words after `--` from options. */
const plain = '\0'

/** yargs takes `-x` after `--` for an option where it fills positionals, and `-` for nothing: those words are hidden from it. */
function protect(argv: readonly string[]): string[] {
  const end = argv.indexOf('--')
  const before = (end < 0 ? argv : argv.slice(0, end)).map((word) => (word === '-' ? plain + word : word))
  return end < 0 ? before : [...before, ...argv.slice(end + 1).map((word) => plain + word)]
}

function unprotect(args: Record<string, unknown>): Record<string, unknown> {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare)
    return typeof value === 'string' && value.startsWith(plain) ? value.slice(plain.length) : value
  }
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, bare(value)]))
}

function epilogue(): string {
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  return `Exit codes:\n${codes.join('\n')}\n\nSettings come from flags, an env file, the environment and a profile; the README lists them.`
}

const missing = 'an argument is missing: %s given, at least %s needed'
/** Some of yargs's sentences in words of our own; it takes a plural as an object, which its types do not say. */
const wording = {
  'Not enough non-option arguments: got %s, need at least %s': { one: missing, other: missing } as unknown as string,
  'Not enough arguments following: %s': '--%s needs a value',
}

/** An argument may be long and hostile: it is named, not repeated. */
function shorten(raw: string): string {
  const message = raw.replaceAll(plain, '')
  const colon = message.indexOf(': ')
  const text =
    colon < 0 || message.startsWith('an argument')
      ? message
      : `${message.slice(0, colon)}: ${quote(message.slice(colon + 2))}`
  return text.charAt(0).toLowerCase() + text.slice(1)
}

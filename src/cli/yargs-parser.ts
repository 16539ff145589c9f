import yargs, { type Argv, type Options } from 'yargs'
import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import { type Command, type CommandGroup, nameOf } from './commands/command.ts'
import { type OptionName, optionNames, takesValue } from './commands/options.ts'
import { beforeDashes } from './short-options.ts'

/** The command that the words name, and its arguments. */
export interface Parsed {
  command: Command
  args: Record<string, unknown>
}

/**
 * Parses words with yargs. All that yargs needs special care for is in this file:
 * - After running a command it composes a help text, which costs 4 ms: so the handler throws the command instead of running it.
 * - Each option costs time, so it gets only those that are among the words.
 * - It takes `-x` after `--` for an option, and drops `-`, when it fills positionals: those words are marked.
 * - It takes `true` or `false` after a flag for the flag's value: those words are marked too.
 * - Its locale files are not in the executable, and its messages repeat what was typed at any length: they are replaced.
 * - Its help sorts options by when it met them and shows types: help-text.ts makes the help instead.
 * Throws SetupError for what does not fit.
 */
export async function parseWords(argv: readonly string[], entry: Command<never> | CommandGroup): Promise<Parsed> {
  const known = optionNames.filter((name) => argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
  try {
    await addEntry(createParser(known, entry), entry, known).parseAsync(mark(argv))
  } catch (thrown) {
    if (thrown instanceof Chosen) return { command: thrown.command, args: unmark(thrown.args) }
    throw thrown
  }
  throw new SetupError('missing COMMAND', { hint: 'run `matrix-users help` to list the commands' })
}

class Chosen extends Error {
  readonly command: Command
  readonly args: Record<string, unknown>

  constructor(command: Command, args: Record<string, unknown>) {
    super('a command was chosen')
    this.command = command
    this.args = args
  }
}

function createParser(known: readonly OptionName[], entry: Command<never> | CommandGroup): Argv {
  return (
    yargs()
      .scriptName('matrix-users')
      .detectLocale(false)
      .parserConfiguration({
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'boolean-negation': false,
        'dot-notation': false,
        'greedy-arrays': false,
      })
      // All options are known, so that one before the command does not take its name for a value.
      .options(Object.fromEntries(known.map((name) => [name, optionFor(name)])))
      .version(false)
      .help(false)
      .strict()
      .exitProcess(false)
      .updateLocale(wording)
      .fail((message, error) => {
        if (error && error.name !== 'YError') throw error
        const text = reworded(message ?? error?.message ?? '', entry)
        const instead = 'instead' in entry && text === tooMany ? entry.instead : undefined
        throw new SetupError(text, {
          hint: instead ?? `run \`matrix-users ${nameOf(entry)} --help\` to see what is allowed`,
        })
      })
  )
}

function optionFor(name: OptionName): Options {
  return takesValue(name) ? { type: 'string', requiresArg: true } : { type: 'boolean' }
}

function addEntry(parser: Argv, entry: Command<never> | CommandGroup, known: readonly OptionName[]): Argv {
  if ('commands' in entry)
    return parser.command(entry.name, '', (builder) =>
      entry.commands.reduce((inner, one) => addEntry(inner, one, known), builder),
    )
  return parser.command(
    [entry.usage, ...(entry.aliases ?? [])],
    '',
    (builder) => {
      for (const name of Object.keys(entry.positionals ?? {})) builder.positional(name, { type: 'string' })
      return builder
    },
    (args) => {
      throw new Chosen(entry as Command, args)
    },
  )
}

/** An argument of a process never holds a NUL, so one in front marks a word. */
const plain = '\0'
const special: ReadonlySet<string> = new Set(['-', 'true', 'false'])

function mark(argv: readonly string[]): string[] {
  const before = beforeDashes(argv)
  const after = argv.slice(before.length + 1)
  return [...before.map((word) => (special.has(word) ? plain + word : word)), ...after.map((word) => plain + word)]
}

function unmark(args: Record<string, unknown>): Record<string, unknown> {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare)
    return typeof value === 'string' && value.startsWith(plain) ? value.slice(plain.length) : value
  }
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, bare(value)]))
}

const tooMany = 'too many arguments'
/** yargs appends how many arguments there are and how many are needed. */
const missing = 'missing argument'
/** yargs takes a plural as an object, which is missing from its types. */
const wording = {
  'Not enough non-option arguments: got %s, need at least %s': { one: missing, other: missing } as unknown as string,
  'Not enough arguments following: %s': '--%s needs a value',
}

/** An argument may be long and hostile: the message names it and does not repeat it. */
function reworded(raw: string, entry: Command<never> | CommandGroup): string {
  if (raw.startsWith(missing)) return `missing ${requiredBy(entry)}`
  const message = raw.replaceAll(plain, '')
  // It may be a password or a token, typed here instead of at the prompt.
  if (message.startsWith('Unknown argument')) return tooMany
  const colon = message.indexOf(': ')
  const text =
    colon < 0 || message.startsWith('an argument')
      ? message
      : `${message.slice(0, colon)}: ${quote(message.slice(colon + 2))}`
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** `USER` of `show <user..>`. No command requires two arguments, and only one of a group requires any. */
function requiredBy(entry: Command<never> | CommandGroup): string {
  const usages = 'commands' in entry ? entry.commands.map(({ usage }) => usage) : [entry.usage]
  return (
    usages
      .join(' ')
      .match(/<(\w+)/)?.[1]
      ?.toUpperCase() ?? 'argument'
  )
}

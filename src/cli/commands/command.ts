import type { Context } from '../../config/context.ts'
import type { ExitCode } from '../../errors.ts'
import type { OptionName } from './options.ts'

/** A command as plain data. `run` gives the exit code; it throws UserError for what the user must know. */
export interface Command<Args = Record<string, unknown>> {
  /** Name and positionals, as yargs takes them. `$0` stands for the group itself. */
  usage: string
  /** Other names. */
  aliases?: readonly string[]
  summary: string
  /** What one must know besides: sentences, each a paragraph of its help. */
  details?: readonly string[]
  /** What each positional is. */
  positionals?: Readonly<Record<string, string>>
  /** What to do instead, for people who give it an argument that it does not take. */
  instead?: string
  /** Words that may follow, for completion. */
  next?: readonly string[]
  /** Its options, besides the common ones. */
  options?: readonly OptionName[]
  examples?: readonly [string, string][]
  /** It changes nothing: a reader that has enough of its output, such as `head`, ends it without an error. */
  onlyPrints?: boolean
  run(args: Args, context: Context): Promise<ExitCode>
}

/** A command whose first word is the name of one of several. */
export interface CommandGroup {
  name: string
  summary: string
  details?: readonly string[]
  commands: readonly Command<never>[]
}

/** Commands that help lists together. */
export interface Section {
  title: string
  entries: readonly (Command<never> | CommandGroup)[]
}

/** The word that chooses a command, or a group of them; `$0` for the command that a group is by itself. */
export function nameOf(entry: Command<never> | CommandGroup): string {
  return 'name' in entry ? entry.name : (entry.usage.split(' ')[0] ?? '')
}

/** Whether a word chooses a command or a group. */
export function isNamed(entry: Command<never> | CommandGroup, word: string): boolean {
  return nameOf(entry) === word || ('aliases' in entry && entry.aliases?.includes(word) === true)
}

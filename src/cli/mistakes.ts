import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import { type Command, type CommandGroup, isNamed, nameOf } from './commands/command.ts'
import { common, optionNames, takesValue } from './commands/options.ts'
import { beforeDashes } from './short-options.ts'

type Entry = Command<never> | CommandGroup

/** What people type who know the command by another word. */
const otherWords: Readonly<Record<string, string>> = {
  add: 'create',
  delete: 'deactivate',
  passwd: 'reset-password',
  remove: 'deactivate',
  reset: 'reset-password',
  users: 'list',
}

/** Edits from a known word up to which another word counts as a misspelling of it: 3 of a long one, else 2. */
const furthest = (word: string) => (word.length > 6 ? 3 : 2)

/** What the words name: a command, a group, or a command of a group; nothing where they name none. */
export interface Meant {
  entry?: Entry
  command?: Command<never>
}

/**
 * The command that words name. Throws SetupError for an unknown command, subcommand or option, with the known one that is
 * most alike: yargs names neither. Also for a flag with a value.
 */
export async function entryMeant(argv: readonly string[], all: readonly Entry[]): Promise<Meant> {
  const before = beforeDashes(argv)
  const [first, second, third] = bareWords(before)
  const entry = all.find((one) => first !== undefined && isNamed(one, first))
  for (const word of before) await checkOption(word, optionsOf(entry))
  if (first === undefined) return {}
  if (entry === undefined) {
    const other = Object.hasOwn(otherWords, first) ? otherWords[first] : undefined
    const meant = other === undefined ? await nearest(first, all.map(nameOf)) : didYouMean(other)
    throw new SetupError(`unknown command ${quote(first)}${meant}`, {
      hint: 'run `matrix-users help` to list the commands',
    })
  }
  if (!('commands' in entry) || second === undefined) return { entry }
  await checkSubcommand(entry, second, third)
  const command = entry.commands.find((one) => isNamed(one, second))
  return command === undefined ? { entry } : { entry, command }
}

/** The options of a command, or of all commands of a group; all options where none is named. */
function optionsOf(entry: Entry | undefined): readonly string[] {
  if (entry === undefined) return optionNames
  const commands: readonly Command<never>[] = 'commands' in entry ? entry.commands : [entry]
  return [...common, ...commands.flatMap(({ options = [] }) => options)]
}

async function checkOption(word: string, likely: readonly string[]): Promise<void> {
  if (!/^-./.test(word)) return
  const name = word.replace(/^--?/, '').split('=')[0] ?? ''
  const general = ['help', 'version']
  const flags = [...optionNames.filter((one) => !takesValue(one)), ...general]
  // The parser would read `--dry-run=1` as false.
  if (word.startsWith('--') && flags.includes(name) && word.includes('='))
    throw new SetupError(`--${name} takes no value`, { hint: `use --${name} by itself, or leave it out` })
  if (word.startsWith('--') && [...optionNames, ...general].includes(name)) return
  const meant = await nearest(name, [...likely, ...general], '--')
  throw new SetupError(`unknown option ${quote(word.split('=')[0] ?? '')}${meant}`, {
    hint: 'add `--help` after the command to list its options (words after `--` are never options)',
  })
}

/** A word after a group that is not one of its commands can only be a number. */
async function checkSubcommand(group: CommandGroup, word: string, next: string | undefined): Promise<void> {
  const names = group.commands.map(nameOf).filter((name) => name !== '$0')
  if (names.includes(word) || /^\d/.test(word)) return
  const meant =
    group.name === 'invite' && word === 'mint'
      ? didYouMean(`invite ${/^\d+$/.test(next ?? '') ? next : 1}`)
      : optionsOf(group).includes(word)
        ? didYouMean(`${group.name} --${word}`)
        : await nearest(word, names)
  throw new SetupError(`unknown ${group.name} command ${quote(word)}${meant}`, {
    hint: `use ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}, or run \`matrix-users ${group.name} --help\``,
  })
}

/** The words that are neither options nor their values. */
function bareWords(argv: readonly string[]): string[] {
  const before = new Set(optionNames.filter(takesValue).map((name) => `--${name}`))
  return argv.filter((word, at) => !/^-./.test(word) && !before.has(argv[at - 1] ?? ''))
}

async function nearest(word: string, known: readonly string[], before = ''): Promise<string> {
  const { closest, distance } = await import('fastest-levenshtein')
  const best = closest(word, known)
  return distance(word, best) <= Math.min(furthest(word), word.length / 2) ? didYouMean(`${before}${best}`) : ''
}

function didYouMean(words: string): string {
  return `; did you mean ${words}?`
}

import { exitCodes } from '../errors.ts'
import { type Command, type CommandGroup, nameOf, type Section } from './commands/command.ts'
import { common, type OptionName, optionOf } from './commands/options.ts'
import type { Meant } from './mistakes.ts'

type Entry = Command<never> | CommandGroup
type Row = [left: string, right: string]

/** Columns of a help text at most. */
const widest = 100
/** Columns of the left half at most; longer words have a line of their own. */
const widestLeft = 28
const widestExample = 44

/** The help text of a command, or of all, as wide as the terminal (`columns`, up to 100). */
export function helpText(meant: Meant, sections: readonly Section[], columns: number): string {
  const width = Math.max(40, Math.min(widest, columns))
  return `${(meant.entry === undefined ? overview(sections, width) : page(meant, width)).join('\n')}\n`
}

function overview(sections: readonly Section[], width: number): string[] {
  const codes = Object.values(exitCodes).map(({ code, meaning }): Row => [String(code).padStart(3), meaning])
  const column = columnOf(sections.flatMap(({ entries }) => entries.map(summaryRow)))
  return [
    'Usage: matrix-users COMMAND [OPTION]…',
    '',
    'Manage the users of a Matrix homeserver through its admin room.',
    ...sections.flatMap(({ title, entries }) => section(title, entries.map(summaryRow), width, column)),
    ...section('Options for every command', commonRows(), width),
    ...section('Exit codes', codes, width),
    '',
    ...wrap(
      'Settings come from options, an env file, the environment and a profile: `matrix-users settings` shows them.',
      width,
    ),
    ...wrap('`matrix-users help COMMAND` shows the options and examples of a command.', width),
  ]
}

function page({ entry, command }: Meant, width: number): string[] {
  if (entry === undefined) return []
  const group = 'commands' in entry && command === undefined ? entry : undefined
  const chosen = command ?? ('commands' in entry ? entry.commands : [entry])
  const commands = [chosen].flat()
  const { summary, details = [] } = group ?? commands[0] ?? entry
  return [
    ...usagesOf(entry, command).map((usage, at) => `${at === 0 ? 'Usage:' : '      '} matrix-users ${usage}`),
    '',
    ...wrap(sentence(summary), width),
    ...details.flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
    ...section(
      'Commands',
      (group?.commands ?? []).map((one) => subcommandRow(entry, one)),
      width,
    ),
    ...section('Arguments', argumentRows(commands), width),
    ...commands.flatMap((one) =>
      section(group ? `Options of ${nameIn(group, one)}` : 'Options', (one.options ?? []).map(optionRow), width),
    ),
    ...section('Options for every command', commonRows(), width),
    ...section(
      'Examples',
      commands.flatMap(exampleRows),
      width,
      columnOf(commands.flatMap(exampleRows), widestExample),
    ),
  ]
}

/** `invite take`, and `invite` for what a group does by itself. */
const nameIn = (group: CommandGroup, command: Command<never>): string =>
  `${group.name} ${nameOf(command)}`.replace(/ \$0$/, '')

/** Each name once: what several commands call alike is described by the first. */
function argumentRows(commands: readonly Command<never>[]): Row[] {
  const all = commands.flatMap(({ positionals = {} }) => Object.entries(positionals))
  return all
    .filter(([name], at) => all.findIndex(([other]) => other === name) === at)
    .map(([name, what]): Row => [name.toUpperCase(), what])
}

const exampleRows = ({ examples = [] }: Command<never>): Row[] =>
  examples.map(([call, what]): Row => [call.replaceAll('$0', 'matrix-users'), what])

function usagesOf(entry: Entry, command: Command<never> | undefined): string[] {
  if ('commands' in entry)
    return (command === undefined ? entry.commands : [command]).map(({ usage }) =>
      `${entry.name} ${usageShown(usage)}`.trimEnd(),
    )
  return [usageShown(entry.usage), ...(entry.aliases ?? [])]
}

const summaryRow = (entry: Entry): Row => ['commands' in entry ? entry.name : usageShown(entry.usage), entry.summary]
const subcommandRow = (group: Entry, { usage, summary }: Command<never>): Row => [
  `${nameOf(group)} ${usageShown(usage)}`.trimEnd(),
  summary,
]
const commonRows = (): Row[] => [
  ...common.map(optionRow),
  ['-h, --help', 'show this help'],
  ['-V, --version', 'show the version'],
]

function optionRow(name: OptionName): Row {
  const { short, value, describe } = optionOf(name)
  return [`${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`, describe]
}

/** `create [user..]` as people read it: `create [USER…]`. */
export function usageShown(usage: string): string {
  return usage.replace(/^\$0 ?/, '').replace(/[<[]\w+(\.\.)?[>\]]/g, (word) =>
    word
      .toUpperCase()
      .replace('..', '…')
      .replace(/^<(.*)>$/, '$1'),
  )
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/** The column at which the right half of rows starts. */
function columnOf(rows: readonly Row[], most = widestLeft): number {
  return Math.min(most, Math.max(...rows.map(([left]) => left.length))) + 4
}

function section(title: string, rows: readonly Row[], width: number, column = columnOf(rows)): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...rows.flatMap((row) => rowLines(row, column, width))]
}

function rowLines([left, right]: Row, column: number, width: number): string[] {
  const [first = '', ...more] = wrap(right, width - column)
  const rest = more.map((line) => ' '.repeat(column) + line)
  if (left.length + 4 > column) return [`  ${left}`, ' '.repeat(column) + first, ...rest]
  return [`  ${left}`.padEnd(column) + first, ...rest]
}

/** Lines of whole words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

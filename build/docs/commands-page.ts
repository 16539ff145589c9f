import { type Command, type CommandGroup, nameOf } from '../../src/cli/commands/command.ts'
import { sections } from '../../src/cli/commands/index.ts'
import { common, type OptionName, optionOf } from '../../src/cli/commands/options.ts'
import { usageShown } from '../../src/cli/help-text.ts'
import { exitCodes } from '../../src/errors.ts'
import { type Operation, operations } from '../../src/operations/table.ts'
import { generated, table } from './markdown.ts'

type Entry = Command<never> | CommandGroup

/** docs/commands.md, from the tables that `--help` is made of. */
export function commandsPage(): string {
  return [
    '# Commands',
    generated,
    'Look up a command, its options and an example. At the command line, `matrix-users help COMMAND` shows the same.',
    '`USER` is a username (`alice`) or a user ID (`@alice:example.org`). Options may stand anywhere; what follows `--` is never an option.',
    'The server’s reply goes to stdout and everything else to stderr: see [scripts and cron](scripting.md).',
    table(
      ['command', 'what it does'],
      sections.flatMap(({ entries }) =>
        entries.flatMap((entry) => commandsOf(entry).map((one) => summaryRow(entry, one))),
      ),
    ),
    '## Options for every command',
    table(
      ['option', 'meaning'],
      [
        ...common.map(optionRow),
        ['`-h`, `--help`', 'show the options and examples of the command'],
        ['`-V`, `--version`', 'show the version'],
      ],
    ),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
    ),
    ...sections.flatMap(({ title, entries }) => [
      `## ${title}`,
      ...entries.flatMap((entry) => commandsOf(entry).flatMap((one) => section(entry, one))),
    ]),
    '',
  ].join('\n\n')
}

function commandsOf(entry: Entry): readonly Command[] {
  return 'commands' in entry ? (entry.commands as readonly Command[]) : [entry as Command]
}

/** `invite take`, and `invite` for what a group does by itself. */
function fullName(entry: Entry, command: Command): string {
  const own = nameOf(command)
  return 'commands' in entry ? `${entry.name} ${own}`.replace(/ \$0$/, '') : own
}

function fullUsage(entry: Entry, { usage }: Command): string {
  return 'commands' in entry ? `${entry.name} ${usageShown(usage)}`.trimEnd() : usageShown(usage)
}

function summaryRow(entry: Entry, command: Command): string[] {
  return [`[\`${fullUsage(entry, command)}\`](#${fullName(entry, command).replaceAll(' ', '-')})`, command.summary]
}

function section(entry: Entry, command: Command): string[] {
  const { aliases = [], details = [], positionals = {}, options = [], examples = [] } = command
  const operation = operations.find(({ name }) => name === command.usage.split(' ')[0] && entry === command)
  const taken = [
    ...Object.entries(positionals).map(([name, what]) => [`\`${name.toUpperCase()}\``, what]),
    ...options.map(optionRow),
  ]
  const usages = [fullUsage(entry, command), ...aliases]
  return [
    `### ${fullName(entry, command)}`,
    block(
      'text',
      usages.map((usage) => `matrix-users ${usage}`),
    ),
    [`${command.summary}.`, ...details, ...(operation ? notesOn(operation) : [])].join(' '),
    ...(taken.length === 0 ? [] : [table(['argument or option', 'meaning'], taken)]),
    ...(examples.length === 0 ? [] : ['Examples:', exampleBlock(examples)]),
  ]
}

/** What a row of the operations table promises beside its summary. */
function notesOn(operation: Operation): string[] {
  const { words, argument, secret, sparesOperator, sparesAdmins, retype, grantsAdmin, effect } = operation
  const subject = { none: '', localpart: ' alice', mxid: ' @alice:example.org' }[argument]
  return [
    `It posts \`!admin ${words.join(' ')}${subject}\` into the admin room.`,
    ...(secret ? ['Once the reply with the password is printed, it is redacted in the admin room.'] : []),
    ...(sparesAdmins ? ['It is refused for admins, the operator included, because the server refuses it.'] : []),
    ...(sparesOperator ? ["It is refused for the operator's own account unless you add `--self`."] : []),
    ...(retype ? ['It asks you to type the user ID; a script needs `--yes`.'] : []),
    ...(grantsAdmin ? ['It is refused unless the account exists and is active.'] : []),
    ...(effect?.silent && !grantsAdmin ? ['The server cannot confirm its effect.'] : []),
  ]
}

function optionRow(name: OptionName): string[] {
  const { short, value, describe } = optionOf(name)
  const letter = short === undefined ? '' : `\`-${short}\`, `
  return [`${letter}\`--${name}${value === undefined ? '' : ` ${value}`}\``, describe]
}

function exampleBlock(examples: readonly [string, string][]): string {
  const calls = examples.map(([call, what]) => [call.replaceAll('$0', 'matrix-users'), what] as const)
  const column = Math.min(60, Math.max(...calls.map(([call]) => call.length)))
  return block(
    'sh',
    calls.map(([call, what]) => `${call.padEnd(column)}  # ${what}`),
  )
}

function block(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n')
}

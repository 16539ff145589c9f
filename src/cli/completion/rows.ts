import { type Command, type CommandGroup, nameOf } from '../commands/command.ts'
import { common, type OptionName, optionNames, optionOf, takesValue } from '../commands/options.ts'

/** What can be typed after a command. */
export interface Row {
  /** `create`, or `invite take`. */
  words: string
  summary: string
  options: readonly (OptionName | 'help')[]
  /** Words that may follow. */
  next: readonly string[]
}

type Entry = Command<never> | CommandGroup

/** One row per command; the row of a group has the names of its commands. */
export function rowsOf(all: readonly Entry[]): Row[] {
  return all.flatMap((entry) =>
    'commands' in entry
      ? groupRows(entry)
      : [nameOf(entry), ...(entry.aliases ?? [])].map((name) =>
          rowOf(entry, name, name === 'help' ? all.map(nameOf) : []),
        ),
  )
}

function groupRows({ name, summary, commands }: CommandGroup): Row[] {
  const names = commands.map(nameOf).filter((word) => word !== '$0')
  return commands.map((command) => {
    const own = nameOf(command)
    return own === '$0' ? { ...rowOf(command, name, names), summary } : rowOf(command, `${name} ${own}`, [])
  })
}

function rowOf(command: Command<never>, words: string, next: readonly string[]): Row {
  const { summary } = command
  return {
    words,
    summary,
    options: [...(command.options ?? []), ...common, 'help'],
    next: [...next, ...(command.next ?? [])],
  }
}

/** Options that a value follows. */
export const valueOptions = optionNames.filter(takesValue).map((name) => `--${name}`)

/** Options whose value is a file. */
export const fileOptions = optionNames.filter((name) => optionOf(name).value === 'FILE').map((name) => `--${name}`)

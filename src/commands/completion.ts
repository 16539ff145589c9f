import { exitCodes, SetupError } from '../errors.ts'
import { quote } from '../matrix/identifiers.ts'
import type { CommonFlags } from '../session.ts'
import type { Command, CommandGroup } from './command.ts'
import { common, options } from './options.ts'

/** One row: the words that choose a command, and its options. */
interface Row {
  words: string
  summary: string
  options: string[]
  /** Words that may follow. */
  next: string[]
}

/** Scripts from the table of commands: the shell asks them, and not this program, at each Tab. */
export function completionCommand(
  all: () => readonly (Command<never> | CommandGroup)[],
): Command<CommonFlags & { shell?: string }> {
  return {
    usage: 'completion <shell>',
    summary: 'Print the completion script of a shell: bash, zsh or fish',
    positionals: { shell: 'bash, zsh or fish' },
    examples: [
      ['eval "$($0 completion bash)"', 'in ~/.bashrc'],
      ['$0 completion fish > ~/.config/fish/completions/matrix-users.fish', 'for fish'],
    ],
    async run({ shell = '' }, { io }) {
      const writers: Record<string, (rows: Row[]) => string> = {
        bash,
        zsh: (rows) => `autoload -U +X bashcompinit && bashcompinit\n${bash(rows)}`,
        fish,
      }
      const write = Object.hasOwn(writers, shell) ? writers[shell] : undefined
      if (write === undefined)
        throw new SetupError(`no completion for ${quote(shell)}`, { hint: 'allowed: bash, zsh, fish' })
      await io.write(write(rowsOf(all())))
      return exitCodes.ok.code
    },
  }
}

function rowsOf(all: readonly (Command<never> | CommandGroup)[]): Row[] {
  const name = (usage: string) => usage.split(' ')[0] ?? ''
  const optionsOf = (command: Command<never>) =>
    [...common, ...(command.options ?? []), 'help'].map((option) => `--${option}`)
  return all.flatMap((one) => {
    if (!('commands' in one)) {
      const next = one.usage.startsWith('completion') ? ['bash', 'zsh', 'fish'] : []
      return [{ words: name(one.usage), summary: one.summary, options: optionsOf(one), next }]
    }
    return one.commands.map((command) => {
      const own = name(command.usage)
      if (own !== '$0')
        return { words: `${one.name} ${own}`, summary: command.summary, options: optionsOf(command), next: [] }
      const next = one.commands.map(({ usage }) => name(usage)).filter((word) => word !== '$0')
      return { words: one.name, summary: one.summary, options: optionsOf(command), next }
    })
  })
}

/** bash; zsh runs the same through its bashcompinit. */
function bash(rows: Row[]): string {
  const cases = rows.map(({ words, options, next }) => `    '${words}') words='${[...next, ...options].join(' ')}' ;;`)
  const first = rows.filter(({ words }) => !words.includes(' ')).map(({ words }) => words)
  return `_matrix_users() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words
  case "$previous" in ${fileOptions.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;; esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${rows
  .filter(({ words }) => words.includes(' '))
  .map(({ words, options }) => `    '${words}') words='${options.join(' ')}' ;;`)
  .join('\n')}
    *) case "\${COMP_WORDS[1]}" in
${cases.filter((line) => !/^ {4}'[^']+ /.test(line)).join('\n')}
    esac ;;
  esac
  [ "$COMP_CWORD" -gt 1 ] || words='${[...first, '--help', '--version'].join(' ')}'
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _matrix_users matrix-users
`
}

const fileOptions = ['--env-file', '--from', '--failed', '--block', '--token-file'] as const

function fish(rows: Row[]): string {
  const text = (words: string) => words.replace(/['\\]/g, '\\$&')
  const lines = rows.flatMap(({ words, summary, options: names, next }) => {
    const [first = '', second] = words.split(' ')
    const seen = `__fish_seen_subcommand_from ${first}${second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`}`
    const offered = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`
    return [
      `complete -c matrix-users -n '${offered}' -a '${second ?? first}' -d '${text(summary)}'`,
      ...next.filter(() => first === 'completion').map((word) => `complete -c matrix-users -n '${seen}' -a '${word}'`),
      ...names.map((name) => {
        const known = options[name.slice(2) as keyof typeof options]
        const file = (fileOptions as readonly string[]).includes(name) ? ' -r -F' : ''
        return `complete -c matrix-users -n '${seen}' -l ${name.slice(2)}${file} -d '${text(known?.describe ?? 'show help')}'`
      }),
    ]
  })
  return `complete -c matrix-users -f\n${lines.join('\n')}\n`
}

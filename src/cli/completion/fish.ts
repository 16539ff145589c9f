import { common, type OptionName, options } from '../commands/options.ts'
import { fileOptions, type Row, valueOptions } from './rows.ts'

/** To be read by fish, or to be put into its folder of completions. */
export function fishScript(rows: readonly Row[]): string {
  return `# Succeeds if the words other than options start with these; without any, if there are none yet.
function __matrix_users_at
  set -l words
  set -l value no
  for word in (commandline -opc)[2..-1]
    if test $value = yes
      set value no
    else if contains -- $word ${valueOptions.join(' ')}
      set value yes
    else if not string match -q -- '-*' $word
      set -a words $word
    end
  end
  set -l asked (count $argv)
  if test $asked -eq 0
    test (count $words) -eq 0
  else
    test "$words[1..$asked]" = "$argv"
  end
end
complete -c matrix-users -f
${everywhere.map((name) => optionLine(name, '')).join('\n')}
${rows.flatMap((row) => rowLines(row, new Set(rows.map(({ words }) => words)))).join('\n')}
`
}

function rowLines({ words, summary, options: names, next }: Row, all: ReadonlySet<string>): string[] {
  const [group, second] = words.split(' ')
  const before = second === undefined ? '__matrix_users_at' : `__matrix_users_at ${group}`
  return [
    `complete -c matrix-users -n '${before}' -a '${second ?? group}' -d '${text(summary)}'`,
    // The commands of a group have rows of their own.
    ...next
      .filter((word) => !all.has(`${words} ${word}`))
      .map((word) => `complete -c matrix-users -n '__matrix_users_at ${words}' -a '${word}'`),
    ...names
      .filter((name) => !everywhere.includes(name))
      .map((name) => optionLine(name, ` -n '__matrix_users_at ${words}'`)),
  ]
}

const everywhere: readonly (OptionName | 'help')[] = [...common, 'help']

function optionLine(name: OptionName | 'help', condition: string): string {
  const describe = name === 'help' ? 'show help' : options[name].describe
  return `complete -c matrix-users${condition} -l ${name}${valueKind(`--${name}`)} -d '${text(describe)}'`
}

function valueKind(option: string): string {
  if (option === '--profile') return ' -x -a \'(matrix-users profiles 2>/dev/null | string split -f1 " ")\''
  if (fileOptions.includes(option)) return ' -r -F'
  return valueOptions.includes(option) ? ' -x' : ''
}

function text(words: string): string {
  return words.replace(/['\\]/g, '\\$&')
}

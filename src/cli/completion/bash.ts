import { fileOptions, type Row, valueOptions } from './rows.ts'

/** The function that completes in bash, and in zsh through its bashcompinit. */
export function bashFunction(rows: readonly Row[]): string {
  const first = rows.filter(({ words }) => !words.includes(' ')).map(({ words }) => words)
  // The longer words first: `invite take` before `invite`.
  const cases = [...rows]
    .sort((a, b) => b.words.length - a.words.length)
    .map(({ words, next, options }) => {
      const offered = [...next, ...options.map((name) => `--${name}`)].join(' ')
      return `    '${words}' | '${words} '*) words='${offered}' ;;`
    })
  return `_matrix_users() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} chosen= words at IFS=$' \\n'
  case "$previous" in
    --profile) words=$("\${COMP_WORDS[0]}" profiles 2>/dev/null | cut -d' ' -f1) ;;
    ${fileOptions.join(' | ')})
      IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$word"))
      return ;;
    ${valueOptions.filter((name) => name !== '--profile' && !fileOptions.includes(name)).join(' | ')}) return ;;
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${valueOptions.join(' | ')}) at=$((at + 1)) ;;
      -*) ;;
      *) chosen="$chosen\${chosen:+ }\${COMP_WORDS[at]}" ;;
    esac
  done
  case "$chosen" in
    '') words='${[...first, '--help', '--version'].join(' ')}' ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
`
}

/** To be read by bash. */
export function bashScript(rows: readonly Row[]): string {
  return `${bashFunction(rows)}complete -o default -F _matrix_users matrix-users\n`
}

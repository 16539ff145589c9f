import { bashFunction } from './bash.ts'
import type { Row } from './rows.ts'

/** To be read by zsh, or to be put as `_matrix-users` into a folder of its fpath. */
export function zshScript(rows: readonly Row[]): string {
  return `#compdef matrix-users
whence compdef >/dev/null || { autoload -U compinit && compinit -i; }
autoload -U +X bashcompinit && bashcompinit
${bashFunction(rows)}complete -o default -F _matrix_users matrix-users
[ "\${funcstack[1]}" != _matrix-users ] || _bash_complete -o default -F _matrix_users
`
}

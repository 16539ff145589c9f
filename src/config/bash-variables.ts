/** Variables that bash sets by itself, whatever the environment holds (bash(1), "Shell Variables"); `BASH…` are more. */
const names = new Set(
  [
    '_ COLUMNS COMP_WORDBREAKS DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD HISTFILE HISTFILESIZE',
    'HISTSIZE HOSTNAME HOSTTYPE IFS LINENO LINES MACHTYPE OLDPWD OPTERR OPTIND OSTYPE PATH PIPESTATUS PPID PS1 PS2 PS4',
    'PWD RANDOM SECONDS SHELL SHELLOPTS SHLVL SRANDOM TERM UID',
  ].flatMap((row) => row.split(' ')),
)

/** Whether a reference to `name` means something to bash that neither a file nor the environment set. */
export function isSetByBash(name: string): boolean {
  return names.has(name) || name.startsWith('BASH')
}

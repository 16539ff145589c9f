import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { command, quoted } from '../contract/binary.ts'
import { atTerminal, terminalNeeded } from '../contract/terminal.ts'

const lacks = (shell: string) =>
  spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0 ? {} : { skip: `needs ${shell}` }
const lacksAtTerminal = (shell: string) => ({ ...terminalNeeded, ...lacks(shell) })

/** A home with a profile, a file whose name has a blank, and the program on PATH. */
function environment(t: Test) {
  const home = t.testdir({ 'my class.txt': '', '.config': { 'matrix-users': { 'school.env': '' } } })
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin', 'matrix-users'), `#!/bin/sh\nexec ${quoted(...command)} "$@"\n`, { mode: 0o755 })
  const path = [join(home, 'bin'), dirname(process.execPath), process.env.PATH].join(':')
  return { PATH: path, HOME: home, TERM: 'dumb', PS1: 'ready> ' }
}

const typed: [string, string][] = [
  ['ready> ', 'matrix-users inv\t'],
  ['invite ', 'ta\t'],
  ['take ', '--li\t'],
  ['--link ', '\u0015matrix-users --profile sc\t'],
  ['school ', 'reset\t'],
  ['reset-password ', '--fro\t'],
  ['--from ', 'my\t'],
  ['my\\ class.txt', '\u0015matrix-users completion z\t'],
  ['zsh ', '\u0015exit 7'],
]

for (const [shell, argv] of [
  ['bash', ['bash', '--norc', '-i']],
  ['zsh', ['zsh', '-f', '-i']],
] as const)
  t.test(
    `${shell} completes commands, options, profiles and files, at a terminal`,
    lacksAtTerminal(shell),
    async (t) => {
      const env = environment(t)
      const begin: [string, string][] = [
        ['ready> ', `cd ${quoted(env.HOME)}`],
        ['ready> ', `eval "$(matrix-users completion ${shell})"`],
      ]
      const { code, text } = await atTerminal(argv, env, [...begin, ...typed])
      t.equal(code, 7, text)
    },
  )

t.test('zsh finds it on its fpath, without anything being read first', lacksAtTerminal('zsh'), async (t) => {
  const env = environment(t)
  const script = execFileSync(command[0] ?? '', [...command.slice(1), 'completion', 'zsh'])
  writeFileSync(join(env.HOME, '_matrix-users'), script)
  const begin: [string, string][] = [
    ['ready> ', `fpath=(${quoted(env.HOME)} $fpath)`],
    ['ready> ', 'autoload -U compinit; compinit -u -D'],
    ['ready> ', 'matrix-users inv\t'],
    ['invite ', '\u0015exit 7'],
  ]
  t.equal((await atTerminal(['zsh', '-f', '-i'], env, begin)).code, 7)
})

t.test('fish completes commands, options, profiles and files', lacks('fish'), async (t) => {
  const env = environment(t)
  const complete = (line: string) =>
    execFileSync('fish', ['-N', '-c', `matrix-users completion fish | source; complete -C '${line}'`], {
      env: { ...process.env, ...env },
      cwd: env.HOME,
    }).toString()
  t.match(complete('matrix-users dea'), /^deactivate\t/)
  t.match(complete('matrix-users invite ta'), /^take\t/)
  t.match(complete('matrix-users invite take --l'), /^--link\t/)
  t.match(complete('matrix-users --profile sc'), /^school\b/)
  t.match(complete('matrix-users --profile school rese'), /^reset-password\t/)
  t.match(complete('matrix-users create --from my'), /^my class\.txt/)
  t.match(complete('matrix-users completion z'), /^zsh/)
})

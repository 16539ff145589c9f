import t from 'tap'
import { nameOf } from '../../src/cli/commands/command.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { simulatedBed } from '../contract/bed.ts'
import { command, quoted, runBinary } from '../contract/binary.ts'
import { atTerminal, terminalNeeded } from '../contract/terminal.ts'

const help = async (...args: string[]) => (await runBinary(args)).stdout

t.test('the commands stand in groups, each in one', async (t) => {
  const text = await help('--help')
  t.match(
    text,
    /^Usage: matrix-users COMMAND[\s\S]*\nAccounts:\n[\s\S]*\nInvites:\n[\s\S]*\nSet-up:\n[\s\S]*\nPanel:\n[\s\S]*\nOther:\n/,
  )
  const [accounts = '', setUp = ''] = ['Accounts', 'Set-up'].map(
    (title) => text.split(`\n${title}:\n`)[1]?.split('\n\n')[0],
  )
  for (const name of ['list', 'show USER…', 'create [USER…]', 'make-admin USER'])
    t.ok(accounts.includes(`\n  ${name} `) || accounts.startsWith(`  ${name} `), name)
  for (const name of ['login [SERVER] [USER]', 'create-admin', 'check', 'settings', 'profiles'])
    t.match(setUp, `  ${name}`)
  for (const one of commands) {
    const name = nameOf(one)
    t.equal(text.split(new RegExp(`^ {2}${name}\\b(?!-)`, 'm')).length, 2, name)
  }
  t.match(text, /^Exit codes:\n {4}0 {2,}/m)
})

t.test("a command's own options come before those of every command, and no parser's words with them", async (t) => {
  const text = await help('create', '--help')
  t.match(text, /^Usage: matrix-users create \[USER…\]\n\nCreate an account/)
  t.match(
    text,
    /\nArguments:\n {2}USER [\s\S]*\nOptions:\n[\s\S]*--from FILE [\s\S]*\nOptions for every command:\n[\s\S]*--env-file FILE[\s\S]*-q, --quiet [\s\S]*-h, --help [\s\S]*-V, --version [\s\S]*\nExamples:\n/,
  )
  t.notMatch(text, /\[array\]|\[default|\[string\]|\[boolean\]/)
  t.match(
    await help('invite', '--help'),
    /^Usage: matrix-users invite \[COUNT\]\n {7}matrix-users invite take \[TOKEN\]\n[\s\S]*\nCommands:\n[\s\S]*\nArguments:\n {2}COUNT[\s\S]*--ensure N/,
  )
  t.match(
    await help('invite', '-h'),
    /\nOptions of invite:\n[\s\S]*--ensure N[\s\S]*\nOptions of invite take:\n[\s\S]*--link[\s\S]*\nExamples:\n[\s\S]*invite 5 [\s\S]*\* \/usr\/local\/bin\/matrix-users invite --ensure 5\n[\s\S]*take --text [\s\S]*list --show [\s\S]*prune [\s\S]*revoke -/,
    'a group teaches all of its commands',
  )
  t.equal(
    (await help('invite', '-h')).match(/^ {2}TOKEN /gm)?.length,
    1,
    'an argument of several commands is there once',
  )
  t.match(
    await help('invite', 'take', '-h'),
    'When no unused invite is left, it exits with 2 and prints nothing on stdout (with --json,',
  )
  t.match(
    await help('invite', 'take', '--help'),
    /^Usage: matrix-users invite take \[TOKEN\]\n\nPrint an unused invite/,
  )
})

t.test('help COMMAND, --help and -h are the same; the bare command prints the help and exits with 2', async (t) => {
  for (const words of [[], ['create'], ['invite'], ['invite', 'take'], ['panel', 'set-password']]) {
    const text = await help(...words, '--help')
    t.match(await runBinary(['help', ...words]), { code: 0, stdout: text, stderr: '' })
    t.match(await runBinary(['-h', ...words]), { code: 0, stdout: text, stderr: '' })
  }
  t.strictSame(await help('ls', '--help'), await help('list', '--help'))
  for (const args of [[], ['--json']])
    t.match(await runBinary(args), { code: 2, stdout: await help('--help'), stderr: '' })
})

t.test('it fits the terminal', terminalNeeded, async (t) => {
  const call = `stty cols 60; exec ${quoted(...command)} create --help`
  const { text } = await atTerminal(['sh', '-c', call], {}, [])
  t.ok(text.split('\n').every((line) => line.trimEnd().length <= 60))
  t.match(text, /Options for every command/)
})

t.test('-V, -q and ls', async (t) => {
  const bed = await simulatedBed(t)
  const version = (await bed.run('--version')).stdout
  t.match(version, /^\d+\.\d+\.\d+\n$/)
  for (const args of [['-V'], ['list', '-V'], ['-V', 'create']]) t.equal((await bed.run(...args)).stdout, version)
  const { stdout } = await bed.run('list')
  t.match(await bed.run('ls'), { code: 0, stdout })
  t.match(await bed.run('-q', 'ls'), { code: 0, stdout })
  for (const name of ['alice', 'bob']) bed.hs.addAccount(name)
  t.not((await bed.run('deactivate', 'alice', '--yes')).stderr, '', 'what the bot says meanwhile')
  t.match(await bed.run('deactivate', 'bob', '--yes', '-q'), { code: 0, stderr: '' })
  t.match(await bed.run('run', '--', 'users', '-q'), { code: 0 })
  t.equal(bed.hs.executed.at(-1)?.line, 'users -q')
})

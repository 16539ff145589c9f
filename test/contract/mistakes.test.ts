import t from 'tap'
import { optionNames, takesValue } from '../../src/cli/commands/options.ts'
import { simulatedBed } from './bed.ts'
import { runBinary } from './binary.ts'

t.test('what is mistyped is named, with what may have been meant', async (t) => {
  const cases: [string, RegExp][] = [
    ['lst', /unknown command "lst"; did you mean list\?/],
    ['--profile x lst', /unknown command "lst"; did you mean list\?/],
    ['frobnicate alice', /unknown command "frobnicate"\n/],
    ['constructor', /unknown command "constructor"\n/],
    ['reset alice', /unknown command "reset"; did you mean reset-password\?/],
    ['passwd alice', /did you mean reset-password\?/],
    ['delete alice', /did you mean deactivate\?/],
    ['remove alice', /did you mean deactivate\?/],
    ['add alice', /did you mean create\?/],
    ['users', /did you mean list\?/],
    ['invite mint 3', /unknown invite command "mint"; did you mean invite 3\?/],
    ['invite mint', /did you mean invite 1\?/],
    ['create --form x', /unknown option "--form"; did you mean --from\?/],
    ['create --form=x', /unknown option "--form"; did you mean --from\?/],
    ['help lst', /unknown command "lst"; did you mean list\?/],
    ['create-admin --server x', /error: unknown option "--server"\n/],
    ['show', /error: missing USER\n/],
    ['create', /error: missing USER \(or --from FILE\)\nhint: write, for example: matrix-users create alice\n/],
    ['panel setpwd', /hint: use set-password, or run/],
    ['invite revoke', /error: missing TOKEN\n/],
    ['completion', /error: missing SHELL\n/],
    ['create --user x', /--user is not an option of this command/],
    ['list -q --quiet', /--quiet was given more than once/],
    ['list -x', /unknown option "-x"\n/],
    ['--versoin', /unknown option "--versoin"; did you mean --version\?/],
    ['list -v', /unknown option "-v"\n/],
    ['panel setpassword', /unknown panel command "setpassword"; did you mean set-password\?/],
    ['invite lst', /unknown invite command "lst"; did you mean list\?\nhint: use one of take, list, prune, revoke/],
    [
      'invite take --ensure 3',
      /--ensure is not an option of this command\nhint: run `matrix-users invite take --help`/,
    ],
  ]
  for (const [line, message] of cases) {
    const { code, stdout, stderr } = await runBinary(line.split(' ').filter(Boolean))
    t.match({ code, stdout, stderr }, { code: 2, stdout: '', stderr: message }, line)
  }
})

t.test('help cuts no word in two', async (t) => {
  for (const args of [[], ['create'], ['invite'], ['completion'], ['panel', 'set-password']]) {
    const { stdout } = await runBinary([...args, '--help'])
    t.ok(stdout.split('\n').every((line) => line.length <= 100))
    t.match(stdout, /Examples:|Accounts:/)
    t.notMatch(stdout, /\bren$|\beac$|\bcomp$/m)
  }
})

t.test('a flag takes no value: read as false, --dry-run=1 would send', async (t) => {
  for (const flag of [...optionNames.filter((name) => !takesValue(name)), 'help', 'version']) {
    const { code, stdout, stderr } = await runBinary(['create', 'alice', `--${flag}=1`])
    t.match({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `error: --${flag} takes no value\n` }, flag)
  }
  const { hs, run } = await simulatedBed(t)
  for (const word of ['--dry-run=yes', '--dry-run=true', '--dry-run=', '--no-dry-run', '--dry-run=1 --json'])
    t.match(await run('create', 'alice', ...word.split(' ')), { code: 2, stdout: '' }, word)
  t.strictSame(hs.requests, [])
  t.match(await run('create', '--dry-run', 'false'), { code: 0, stdout: /create-user false\n$/ }, 'a word after it')
  t.strictSame(hs.requests, [])
})

t.test('run: an option after -- is sent, with a warning; a prefix that was copied is not sent twice', async (t) => {
  const { run } = await simulatedBed(t)
  const warned = await run('run', '--', 'server', 'uptime', '--json')
  t.match(warned, {
    code: 0,
    stderr: /^matrix-users: warning: --json after -- is part of the command; put options before --\n$/,
  })
  t.match(await run('run', '--', 'users', 'reset-password', '--logout', 'alice'), { code: 0, stderr: '' })
  for (const words of [['!admin', 'server', 'uptime'], ['!admin server uptime'], ['server', 'uptime']])
    t.match(await run('run', '--dry-run', '--', ...words), { code: 0, stdout: '!admin server uptime\n', stderr: '' })
  t.match(await run('run', '--', '!admin'), { code: 2, stderr: /missing WORD/ })
})

import t from 'tap'
import { runBinary } from './binary.ts'

t.test('what is mistyped is named, with what may have been meant', async (t) => {
  const cases: [string, RegExp][] = [
    ['lst', /no such command: "lst"; did you mean list\?/],
    ['--profile x lst', /no such command: "lst"; did you mean list\?/],
    ['delete alice', /no such command: "delete"\n/],
    ['create --form x', /no such option: "--form"; did you mean --from\?/],
    ['create --form=x', /no such option: "--form"; did you mean --from\?/],
    ['help lst', /no such command: "lst"; did you mean list\?/],
    ['create --user x', /--user is not an option of this command/],
    ['list -q --quiet', /--quiet is given more than once/],
    ['list -x', /no such option: "-x"\n/],
    ['--versoin', /no such option: "--versoin"; did you mean --version\?/],
    ['list -v', /no such option: "-v"\n/],
    ['panel setpassword', /panel has no "setpassword"; did you mean set-password\?/],
    ['invite lst', /invite has no "lst"; did you mean list\?\nhint: allowed: take, list, prune, revoke/],
    ['invite take --ensure 3', /--ensure is not an option of this command\nhint: `matrix-users invite take --help`/],
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

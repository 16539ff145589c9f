import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, symlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import {
  checkTokenTransport,
  credential,
  readCredentials,
  requireMxid,
  requireToken,
  resolveServerName,
} from '../../src/config/credentials.ts'
import { loadSettings } from '../../src/config/settings.ts'

const me = process.geteuid?.() ?? 0
const good =
  "ADMIN_USER=admin\nADMIN_MXID=@admin:home.test\nADMIN_PASS='a b$c'\nADMIN_TOKEN=abc_DEF-1\nSERVER_NAME=home.test\n"

function written(t: Tap, text: string, mode = 0o600): string {
  const file = `${t.testdir()}/admin-credentials.env`
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}
type Tap = { testdir(): string }

t.test('values are read without expansion', async (t) => {
  const credentials = readCredentials(written(t, `${good}export EXTRA="$HOME"\n`), me)
  t.equal(requireToken(credentials), 'abc_DEF-1')
  t.equal(requireMxid(credentials), '@admin:home.test')
  t.equal(credential(credentials, 'ADMIN_PASS'), 'a b$c')
  t.equal(credential(readCredentials(written(t, 'ADMIN_PASS=a=b~\r\n'), me), 'ADMIN_PASS'), 'a=b~')
})

t.test('what bash would read otherwise is refused with its line, where it is needed', async (t) => {
  const values = [
    'a#b',
    'a$b',
    '"a$b"',
    'a\\b',
    '"a\\nb"',
    '~/x',
    '$(id)',
    '`id`',
    'two words',
    "'a\\'b'",
    'a\\',
    '"open',
    "it's",
  ]
  for (const value of values) {
    const credentials = readCredentials(written(t, `ADMIN_TOKEN=abc\nADMIN_PASS=${value}\n`), me)
    t.equal(requireToken(credentials), 'abc')
    t.throws(
      () => credential(credentials, 'ADMIN_PASS'),
      {
        name: 'DiagnosableError',
        message: /^bash would read ADMIN_PASS differently \(.*, line 2\)$/,
        hint: "put it in single quotes: ADMIN_PASS='…'",
      },
      value,
    )
  }
  for (const line of ['ADMIN_PASS = x', 'ADMIN_PASS: x', "X='\nADMIN_PASS=x"])
    t.throws(
      () => credential(readCredentials(written(t, `${line}\n`), me), 'ADMIN_PASS'),
      { message: /^bash would read ADMIN_PASS/ },
      line,
    )
  t.equal(
    credential(readCredentials(written(t, "ADMIN_PASS=x\nADMIN_PASS='a#b$c\\' # why\n"), me), 'ADMIN_PASS'),
    'a#b$c\\',
  )
})

t.test('only a bad value in a key that is needed is refused, by line', async (t) => {
  const credentials = readCredentials(written(t, `${good}ADMIN_PASS=two words\nnonsense here\n`), me)
  t.equal(requireToken(credentials), 'abc_DEF-1')
  t.throws(() => credential(credentials, 'ADMIN_PASS'), { message: /ADMIN_PASS.*line 6\)/ })
  t.throws(() => requireToken(readCredentials(written(t, 'ADMIN_TOKEN=\n'), me)), { message: /ADMIN_TOKEN is missing/ })
  t.throws(() => requireToken(readCredentials(written(t, "ADMIN_TOKEN='se cret'\n"), me)), {
    message: /^(?!.*se cret)/,
  })
})

t.test('a file that others can read is refused, with the mend', async (t) => {
  for (const mode of [0o640, 0o604, 0o620, 0o666, 0o601]) {
    const file = written(t, good, mode)
    t.throws(() => readCredentials(file, me), { name: 'DiagnosableError', hint: `chmod 600 ${file}` }, mode.toString(8))
  }
  t.ok(readCredentials(written(t, good, 0o400), me))
})

t.test(
  "somebody else's file is refused, except for root",
  { skip: me !== 0 && 'needs root to change the owner' },
  async (t) => {
    const file = written(t, good)
    chownSync(file, 12345, 12345)
    t.throws(() => readCredentials(file, 1000), { message: /belongs to another user \(uid 12345\)/ })
    t.ok(readCredentials(file, 0))
  },
)

t.test('only a regular file is opened, a link to one included; nothing blocks', async (t) => {
  const file = written(t, good)
  symlinkSync(file, `${t.testdirName}/link`)
  t.ok(readCredentials(`${t.testdirName}/link`, me))
  execFileSync('mkfifo', ['-m', '600', `${t.testdirName}/pipe`])
  t.throws(() => readCredentials(`${t.testdirName}/pipe`, me), { message: /not a regular file/ })
  t.throws(() => readCredentials(t.testdirName, me), { message: /not a regular file|EISDIR/ })
  t.throws(() => readCredentials(`${t.testdirName}/none`, me), { name: 'DiagnosableError', hint: /create-admin/ })
})

t.test('the server name: setting, credentials, DOMAIN; it must be that of the MXID', async (t) => {
  const settings = (environment: Record<string, string>) =>
    loadSettings({}, environment, { read: () => '', exists: () => false, homeDir: undefined })
  const credentials = readCredentials(written(t, good), me)
  const bare = readCredentials(written(t, 'ADMIN_MXID=@admin:home.test\n'), me)
  t.equal(resolveServerName(await settings({}), credentials), 'home.test')
  t.equal(
    resolveServerName(await settings({ DOMAIN: 'other.test' }), credentials),
    'home.test',
    "the credentials' own is nearer than DOMAIN",
  )
  t.equal(resolveServerName(await settings({}), bare), 'home.test')
  const disagree = await settings({ MATRIX_SERVER_NAME: 'other.test' })
  t.throws(() => resolveServerName(disagree, credentials), {
    message: /MATRIX_SERVER_NAME.*"other\.test".*"@admin:home\.test"/,
  })
  const domain = await settings({ DOMAIN: 'other.test' })
  t.throws(() => resolveServerName(domain, bare), { message: /DOMAIN/ })
})

t.test('the token goes over https or to this machine only', async (t) => {
  for (const url of [
    'https://far.test',
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://[::1]:2',
    'http://localhost',
  ])
    t.doesNotThrow(() => checkTokenTransport(new URL(url), false), url)
  for (const url of ['http://far.test', 'http://128.0.0.1', 'http://localhost.far.test', 'http://127.0.0.1.far.test'])
    t.throws(() => checkTokenTransport(new URL(url), false), { message: /unencrypted/ }, url)
  t.doesNotThrow(() => checkTokenTransport(new URL('http://far.test'), true))
})

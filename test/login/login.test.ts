import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { shellQuoted } from '../../src/login/set-in-env-file.ts'
import { runBinary } from '../contract/binary.ts'
import { terminalNeeded } from '../contract/terminal.ts'
import { filesBelow, loginBed } from './bed.ts'

const questions = (server: string, user: string, password: string): [string, string][] => [
  ['homeserver (', server],
  ['username: ', user],
  ['password (not shown): ', password],
]

t.test('login, and then list: nothing else is needed', terminalNeeded, async (t) => {
  const { hs, home, login, run, value, profileFile } = await loginBed(t)
  const { password, mxid, token } = hs.operator
  const { text, code } = await login(questions(hs.url, 'admin', password))
  t.equal(code, 0)
  t.match(text, /logged in as @admin:home\.test[\s\S]*ok +token: valid, for @admin:home\.test[\s\S]*ok +bot/)
  t.notOk(text.includes(password))
  t.match(await run('list'), { code: 0, stdout: mxid })
  t.not(value('ADMIN_TOKEN'), token)
  t.equal(value('SERVER_NAME'), 'home.test')
  t.equal(value('MATRIX_HS_API', profileFile), hs.url)
  for (const { file, mode, text } of filesBelow(home)) {
    t.equal(mode, 0o600, file)
    t.notOk(text.includes(password), `the password is not kept: ${file}`)
  }
  for (const folder of ['.config/matrix-users', '.local/share/matrix-users/secrets'])
    t.equal(statSync(`${home}/${folder}`).mode & 0o777, 0o700)
})

t.test('what is given is not asked for; Enter takes the homeserver that is set', terminalNeeded, async (t) => {
  const { hs, login, run } = await loginBed(t)
  const { password } = hs.operator
  const given = await login([['password (', password]], [hs.url, '@admin:home.test'])
  t.equal(given.code, 0)
  t.notMatch(given.text, /homeserver \(|username/)
  t.equal((await login(questions('', 'admin', password))).code, 0)
  t.equal((await run('list')).code, 0)
})

t.test('--with-token takes one from stdin, or hidden at a terminal', terminalNeeded, async (t) => {
  const { hs, login, run, value, withToken } = await loginBed(t)
  const { token } = hs.operator
  t.match(await withToken(token), { code: 0, stdout: /^ok +bot/m, stderr: /logged in as @admin:home\.test/ })
  t.equal(value('ADMIN_TOKEN'), token)
  t.match(await run('list'), { code: 0 })
  const other = hs.login('admin')
  const { text, code } = await login([['access token (not shown): ', other]], [hs.url, '--with-token'])
  t.equal(code, 0)
  t.notOk(text.includes(other))
  t.equal(value('ADMIN_TOKEN'), other)
  t.match(JSON.parse((await withToken(token, [hs.url, '--json'])).stdout), [{ step: 'settings', status: 'ok' }])
})

t.test('run again, it replaces the token; the old session ends if login opened it', terminalNeeded, async (t) => {
  const { hs, login, value, withToken } = await loginBed(t)
  const { password, token } = hs.operator
  const sessions = () => [...(hs.accounts.get('admin')?.devices.keys() ?? [])]
  const answers = (): [string, string][] => [['password (', password]]
  t.equal((await login(answers(), [hs.url, 'admin'])).code, 0)
  const first = value('ADMIN_TOKEN') ?? ''
  const again = await login(answers(), [hs.url, 'admin'])
  t.match(again, { code: 0, text: /the old access token was logged out/ })
  const second = value('ADMIN_TOKEN') ?? ''
  t.strictSame(sessions(), [token, second])
  t.not(first, second)
  t.equal((await withToken(token)).code, 0)
  t.strictSame(sessions(), [token], 'the one that the password opened')
  t.match(await login(answers(), [hs.url, 'admin']), { code: 0, text: /old access token was not logged out/ })
  t.strictSame(sessions(), [token, value('ADMIN_TOKEN')], 'one that came from elsewhere may be in use')
})

t.test("another account's credentials are moved aside, and a generated password is not lost", async (t) => {
  const { hs, value, withToken, credentialsFile } = await loginBed(t)
  const { token } = hs.operator
  t.equal((await withToken(token)).code, 0)
  const old = `${readFileSync(credentialsFile, 'utf8').replace('ADMIN_PASS=', 'ADMIN_PASS=generated')}`
  writeFileSync(credentialsFile, old, { mode: 0o600 })
  t.equal((await withToken(hs.login('admin'))).code, 0)
  t.equal(value('ADMIN_PASS'), 'generated', 'who has a token only may not know it')
  const boss = hs.addOperator('boss')
  const { code, stderr } = await withToken(boss.token)
  t.equal(code, 0)
  const way = [`${credentialsFile}.previous`, credentialsFile].map(shellQuoted).join(' ')
  t.match(stderr, `; to go back: cp ${way}\n`)
  t.match(value('ADMIN_MXID'), '@boss:home.test')
  t.equal(value('ADMIN_PASS'), '')
  t.equal(value('ADMIN_PASS', `${credentialsFile}.previous`), 'generated')
  t.equal((await withToken(token)).code, 0)
  t.equal(value('ADMIN_MXID', `${credentialsFile}.previous-2`), '@boss:home.test')
})

t.test('a profile for each homeserver, whose other lines stay', async (t) => {
  const first = await loginBed(t)
  const second = await loginBed(t, { serverName: 'club.test' })
  const folder = `${first.home}/.config/matrix-users`
  mkdirSync(folder, { recursive: true })
  const mine = '# mine\nexport MATRIX_HS_API=http://127.0.0.1:1\nINVITE_TOKEN_DAYS=3 # days'
  writeFileSync(`${folder}/default.env`, mine)
  t.equal((await first.withToken(first.hs.operator.token)).code, 0)
  t.match(
    readFileSync(`${folder}/default.env`, 'utf8'),
    `# mine\nexport MATRIX_HS_API=${first.hs.url}\nINVITE_TOKEN_DAYS=3 # days\nDATA_DIR=`,
  )
  const before = readFileSync(`${folder}/default.env`, 'utf8')
  t.equal((await first.withToken(second.hs.operator.token, [second.hs.url, '--profile', 'club'])).code, 0)
  t.equal(readFileSync(`${folder}/default.env`, 'utf8'), before)
  t.match(await first.run('list', '--profile', 'club'), { code: 0, stdout: '@admin:club.test' })
  t.match(await first.run('list'), { code: 0, stdout: '@admin:home.test' })
  t.match(await first.run('list', '--profile', 'default'), { code: 0, stdout: '@admin:home.test' })
})

t.test('what was saved can be restored to another home', async (t) => {
  const { hs, home, withToken, profileFile } = await loginBed(t)
  t.equal((await withToken(hs.operator.token)).code, 0)
  t.match(readFileSync(profileFile, 'utf8'), '\nDATA_DIR=~/.local/share/matrix-users\n')
  const moved = `${home} moved`
  renameSync(home, moved)
  t.match(await runBinary(['list'], { env: { HOME: moved } }), { code: 0, stdout: '@admin:home.test' })
})

t.test('settings that would win over the profile are named before a secret is sent', async (t) => {
  const { hs, home, withToken } = await loginBed(t)
  const other = await loginBed(t)
  const { token } = hs.operator
  const env = { MATRIX_HS_API: other.hs.url }
  t.match(await withToken(token, [hs.url], env), {
    code: 2,
    stderr: /MATRIX_HS_API \(the environment\) is http:.*overrides this login/,
  })
  const file = `${home}/.env`
  writeFileSync(file, `MATRIX_HS_API=${other.hs.url}\nDATA_DIR='${home}/data'\n`)
  for (const [args, vars] of [
    [['--env-file', file], {}],
    [[], { POCKET_ENV: file }],
  ] as [string[], Record<string, string>][]) {
    t.match(await withToken(token, [hs.url, ...args], vars), {
      code: 2,
      stderr: /\.env, line 1\).*overrides this login/,
    })
    t.equal((await withToken(other.hs.operator.token, args, vars)).code, 0, 'its own homeserver needs no name')
  }
  t.strictSame(
    filesBelow(home)
      .map(({ file }) => file)
      .filter((name) => !name.startsWith('data/logs')),
    ['.env', 'data/secrets/admin-credentials.env'],
    'no profile is written where an env file was named',
  )
  const sent = [...hs.requests, ...other.hs.requests].filter(({ headers }) => JSON.stringify(headers).includes(token))
  t.strictSame(sent, [])
})

t.test('what is refused: one clear message, and nothing is written', terminalNeeded, async (t) => {
  const { hs, home, login, run, withToken } = await loginBed(t)
  hs.addAccount('gone', { deactivated: true, password: 'secret-of-gone' })
  hs.addAccount('held', { locked: true, password: 'secret-of-held' })
  const typed = (password: string): [string, string][] => [['password (', password]]
  t.match(await run('login', hs.url, 'admin'), { code: 2, stderr: /terminal[\s\S]*hint: .*--with-token/ })
  t.match(await login(typed('wrong'), [hs.url, 'admin']), { code: 2, text: /refuses this username and password/ })
  t.match(await login(typed('secret-of-gone'), [hs.url, 'gone']), { code: 2, text: /refuses this/ })
  t.match(await login(typed('secret-of-held'), [hs.url, 'held']), { code: 2, text: /which is locked/ })
  t.match(await login([['username: ', '']], [hs.url]), { code: 2, text: /missing username/ })
  t.match(await login([['homeserver (', '\u0003']]), { code: 130 })
  t.match(await withToken('not-a-token-of-this-server'), { code: 2, stderr: /does not accept this access token/ })
  t.match(await withToken('two words'), { code: 2, stderr: /is not an access token/ })
  t.match(await withToken('x', ['ftp://home.test']), { code: 2, stderr: /invalid homeserver/ })
  t.match(await withToken('x', ['two words']), { code: 2, stderr: /invalid homeserver/ })
  t.match(await withToken('x', ['http://user:pw@127.0.0.1']), { code: 2, stderr: /invalid homeserver/ })
  t.match(await withToken('x', ['http://192.0.2.1']), { code: 2, stderr: /unencrypted/ })
  t.match(await withToken('x', ['http://127.0.0.1:1']), {
    code: 3,
    stderr: /cannot reach.*\n.*hint: check the address and the port, then run `matrix-users login` again\n$/,
  })
  hs.faults.on({ path: /versions/ }, { kind: 'html', status: 200 })
  t.match(await withToken(hs.operator.token), { code: 2, stderr: /not a Matrix answer/ })
  t.strictSame(filesBelow(home), [])
})

t.test('an account that is not an admin is logged in, and check says what is missing', terminalNeeded, async (t) => {
  const { hs, login } = await loginBed(t)
  hs.addAccount('alice', { password: 'secret-of-alice' })
  const { code, text } = await login([['password (', 'secret-of-alice']], [hs.url, 'alice'])
  t.equal(code, 2)
  t.match(text, /logged in as @alice[\s\S]*failed +server admin: .*[\s\S]*make-user-admin @alice:home\.test/)
})

t.test('working credentials of an admin are not replaced by those of another account', terminalNeeded, async (t) => {
  const { hs, login, run, value, withToken, home, credentialsFile } = await loginBed(t)
  hs.addAccount('alice', { password: 'secret-of-alice' })
  const asAlice = () => login([['password (', 'secret-of-alice']], [hs.url, 'alice'])
  t.equal((await withToken(hs.operator.token)).code, 0)
  const before = filesBelow(home)
  const { code, text } = await asAlice()
  t.equal(code, 2)
  t.match(text, /@alice:home\.test is not an admin of the server: the credentials of @admin:home\.test are unchanged/)
  t.match(text, /make-admin @alice:home\.test/)
  t.equal(hs.accounts.get('alice')?.devices.size, 0, 'the new session has ended')
  t.strictSame(filesBelow(home), before)
  t.match(await withToken(hs.login('alice')), { code: 2, stderr: /are unchanged/ })
  t.equal(hs.accounts.get('alice')?.devices.size, 1, 'a session of elsewhere goes on')
  t.match(await run('list'), { code: 0 })
  const old = readFileSync(credentialsFile, 'utf8')
  writeFileSync(credentialsFile, old.replace(hs.operator.token, 'ended'))
  t.match(await asAlice(), { code: 2, text: /logged in as @alice/ }, 'those that no longer work are no loss')
  t.equal(value('ADMIN_MXID'), '@alice:home.test')
})

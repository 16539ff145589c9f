import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { repliesTo, setUp, whoami } from './hand.ts'
import { writeDataDir } from './index.ts'

t.test('replies gone wrong', async (t) => {
  const { homeserver, run } = await setUp(t)
  const { faults } = homeserver
  const line = /^users list-users$/

  faults.onCommand({ line, times: 1 }, { kind: 'silent' })
  t.equal((await run('users list-users')).after.length, 0)
  t.equal(homeserver.executed.length, 0)
  faults.onCommand({ line, times: 1 }, { kind: 'reply-without-relation' })
  t.equal(repliesTo((await run('users list-users')).after[0]), undefined)
  faults.onCommand({ line, times: 1 }, { kind: 'reply-as-file' })
  t.match((await run('users list-users')).after, [{ content: { msgtype: 'm.file', url: /^mxc:/ } }])
  faults.onCommand({ line, times: 1 }, { kind: 'reply-unbuildable' })
  t.match((await run('users list-users')).after, [{ content: { msgtype: 'm.text' } }])
  faults.onCommand({ line, times: 1 }, { kind: 'reply-redacted', reason: 'why' })
  const [redacted] = (await run('users list-users')).after
  t.match(redacted, { content: {}, unsigned: { redacted_because: { content: { reason: 'why' } } } })
  t.strictSame(redacted?.content, {})
  faults.relations = false
  t.equal(repliesTo((await run('users list-users')).after[0]), undefined)
  faults.clear()
  const { event_id, after } = await run('users list-users')
  t.equal(repliesTo(after[0]), event_id)
})

t.test('others between a command and its reply', async (t) => {
  const { homeserver, run } = await setUp(t)
  const colleague = homeserver.addOperator('colleague').mxid
  const { faults } = homeserver
  const theirs = '!admin users list-users'
  const line = /create-user/

  faults.onCommand({ line: /list-users/ }, { kind: 'reply-as-file' })
  faults.onCommand({ line, times: 1 }, { kind: 'before', lines: [{ sender: colleague, body: theirs, times: 2 }] })
  const lines = [
    { sender: colleague, body: 'mine!', replies: true },
    { sender: colleague, times: 300 },
  ]
  faults.onCommand({ line, times: 1 }, { kind: 'after', lines })
  const { event_id, after } = await run('users create-user alice')

  t.equal(repliesTo(after[0]), event_id)
  t.equal(after[0]?.sender, colleague)
  t.match(after.slice(301), [
    { content: { msgtype: 'm.file' } },
    { content: { msgtype: 'm.file' } },
    { sender: homeserver.bot, content: { 'm.relates_to': { 'm.in_reply_to': { event_id } } } },
  ])
  t.strictSame(
    homeserver.executed.map(({ sender }) => sender),
    [colleague, colleague, homeserver.operator.mxid],
  )
})

t.test('a busy bot takes one command after another; a stopped server forgets what waits', async (t) => {
  const { homeserver, send, ask } = await setUp(t, { delayMs: 200 })
  for (const name of ['a', 'b', 'c']) await send(`!admin users create-user ${name}`)
  t.notOk(homeserver.accounts.has('b'))
  while (!homeserver.accounts.has('a')) await new Promise((resolve) => setTimeout(resolve, 10))
  await homeserver.stop()
  await t.rejects(ask('GET', whoami))
  await homeserver.start()
  t.strictSame([homeserver.accounts.has('a'), homeserver.accounts.has('c')], [true, false])
  t.equal((await ask('GET', whoami)).status, 200)
})

t.test('who is in the room, and what it is', async (t) => {
  const { homeserver, send, ask, room } = await setUp(t)
  const { mxid } = homeserver.operator
  const join = () => ask('POST', `/_matrix/client/v3/join/${encodeURIComponent(homeserver.roomId)}`, {})
  const create = (id = room()) => ask('GET', `${id}/state/m.room.create/?format=event`)

  homeserver.room.setMember(mxid, 'invite', homeserver.bot)
  t.equal((await send('x')).status, 403)
  homeserver.faults.joining = false
  t.equal((await join()).status, 403)
  homeserver.faults.joining = true
  t.equal((await join()).status, 200)
  t.equal((await send('x')).status, 200)
  t.equal((await ask('GET', `${room()}/state/m.room.encryption`)).status, 404)
  homeserver.encryptRoom()
  t.equal((await ask('GET', `${room()}/state/m.room.encryption`)).status, 200)
  const former = room()
  homeserver.upgradeRoom()
  t.match((await create()).json(), { sender: mxid, content: { predecessor: { room_id: /^!/ } } })
  t.equal((await create(former)).json().sender, homeserver.bot)
})

t.test('a server of the other kind', async (t) => {
  const { homeserver, ask } = await setUp(t, { kind: 'synapse' })
  const path = '/_synapse/admin/v1/registration_tokens'
  const chosen = { token: 'a.token', uses_allowed: 1, expiry_time: Date.now() + 60_000 }
  t.match((await ask('POST', `${path}/new`, chosen)).json(), { ...chosen, completed: 0 })
  t.equal((await ask('POST', `${path}/new`, chosen)).status, 400)
  t.ok(homeserver.roomId.endsWith(':home.test'))
  t.equal((await ask('GET', `/_matrix/client/v1/admin/suspend/${homeserver.operator.mxid}`)).status, 404)
  t.equal((await ask('GET', '/_continuwuity/account/register/?flow=trusted&token=x')).status, 404)

  const register = (auth?: object) =>
    ask('POST', '/_matrix/client/v3/register', { username: 'eve', password: 'x', auth }, '')
  t.equal((await ask('POST', '/_matrix/client/v3/register', {})).status, 400, 'not while logged in')
  const { session } = (await register()).json()
  const type = 'm.login.registration_token'
  t.match((await register({ type, token: 'a.token', session })).json(), { completed: [type] })
  t.match((await register({ type: 'm.login.dummy', session })).json(), { user_id: '@eve:home.test' })
  t.notOk(homeserver.tokenValid('a.token'))
  t.equal((await ask('DELETE', `${path}/a.token`)).status, 200)
})

t.test('the first account of a fresh server is its operator', async (t) => {
  const { homeserver, ask } = await setUp(t, { fresh: true, registration: 'closed', staticToken: 'fixed' })
  t.throws(() => homeserver.operator)
  const register = (token?: string) => {
    const auth = { type: 'm.login.registration_token', token }
    return ask('POST', '/_matrix/client/v3/register', { username: 'ada', password: 'secret', auth }, 'none')
  }
  t.equal((await register('fixed')).status, 401)
  t.equal((await register(homeserver.consoleToken)).status, 200)
  t.match(homeserver.operator, { localpart: 'ada', password: 'secret' })
  t.equal((await ask('GET', `/_matrix/client/v1/admin/lock/${homeserver.operator.mxid}`)).json().locked, false)
  t.equal((await register('fixed')).status, 403)
})

t.test('accounts that cannot be used', async (t) => {
  const { homeserver, run, ask } = await setUp(t)
  homeserver.addAccount('eve')
  const token = homeserver.login('eve')
  await run('users lock @eve:home.test')
  t.match((await ask('GET', whoami, undefined, token)).json(), { errcode: 'M_USER_LOCKED', soft_logout: true })
  await run('users unlock @eve:home.test')
  t.equal((await ask('GET', whoami, undefined, token)).status, 200)
  await run('users deactivate @eve:home.test')
  t.match((await ask('GET', whoami, undefined, token)).json(), { errcode: 'M_UNKNOWN_TOKEN' })
  t.match((await ask('POST', whoami, {})).status, 405)
})

t.test('the data folder holds credentials that only their owner can read', async (t) => {
  const { homeserver } = await setUp(t)
  const folder = mkdtempSync(join(tmpdir(), 'homeserver-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { credentialsFile, env } = writeDataDir(homeserver, folder, { ADMIN_PASS: undefined })
  t.equal(statSync(credentialsFile).mode & 0o777, 0o600)
  t.match(readFileSync(credentialsFile, 'utf8'), `ADMIN_TOKEN=${homeserver.operator.token}\n`)
  t.notMatch(readFileSync(credentialsFile, 'utf8'), 'ADMIN_PASS')
  t.strictSame(env, { MATRIX_HS_API: homeserver.url, DATA_DIR: folder })
})

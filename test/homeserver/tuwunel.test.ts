import t from 'tap'
import { repliesTo, setUp } from './hand.ts'
import { type Event, type Release, startHomeserver } from './index.ts'
import { split } from './split.ts'

const states = '/_matrix/client/v1/admin'
const notices = (events: readonly Event[]) => events.filter(({ type }) => type === 'm.room.message')
const id = (name: string) => encodeURIComponent(`@${name}:home.test`)

t.test('capabilities tell an admin from the others', async (t) => {
  const { homeserver, ask } = await setUp(t, { release: 'tuwunel', people: ['alice'] })
  const moderation = async (token?: string) =>
    (await ask('GET', '/_matrix/client/v3/capabilities', undefined, token)).json().capabilities['m.account_moderation']
  t.same(await moderation(), { suspend: true, lock: true })
  t.equal(await moderation(homeserver.login('alice')), undefined)
})

t.test('states are told of ordinary accounts only', async (t) => {
  const { homeserver, ask } = await setUp(t, { release: 'tuwunel', people: ['alice'] })
  homeserver.addOperator('olga')
  homeserver.addAccount('gone', { deactivated: true })
  for (const kind of ['suspend', 'lock']) {
    const status = async (name: string) => (await ask('GET', `${states}/${kind}/${name}`)).status
    t.equal(await status(id('alice')), 200)
    for (const admin of ['admin', 'olga']) t.equal(await status(id(admin)), 403, admin)
    for (const name of ['gone', 'nobody', 'conduit']) t.equal(await status(id(name)), 404, name)
    t.equal(await status(encodeURIComponent('@alice:elsewhere.test')), 400)
  }
  const available = async (name: string) =>
    (await ask('GET', `/_matrix/client/v3/register/available?username=${name}`)).json()
  for (const name of ['alice', 'gone']) t.equal((await available(name)).errcode, 'M_USER_IN_USE', name)
  t.same(await available('nobody'), { available: true })
})

t.test('moderates by its API, not in the room', async (t) => {
  const { homeserver, ask, run } = await setUp(t, { release: 'tuwunel', people: ['alice'] })
  homeserver.addOperator('olga')
  const alice = homeserver.accounts.get('alice')
  for (const verb of ['suspend', 'unsuspend', 'lock', 'unlock', 'logout']) {
    const { event_id, after } = await run(`users ${verb} @alice:home.test`)
    t.equal(repliesTo(after[0]), event_id, `${verb} is answered as ever`)
  }
  t.same([alice?.suspended, alice?.locked], [false, false])
  const put = async (kind: string, name: string, body: unknown) =>
    (await ask('PUT', `${states}/${kind}/${id(name)}`, body)).status
  t.equal(await put('suspend', 'alice', { suspended: true }), 200)
  t.equal(await put('lock', 'alice', { locked: true }), 200)
  t.same([alice?.suspended, alice?.locked], [true, true])
  t.equal(await put('lock', 'alice', {}), 400)
  t.equal(await put('suspend', 'olga', { suspended: true }), 403)
  t.equal(await put('suspend', 'nobody', { suspended: true }), 404)
})

t.test("continuwuity's current release suspends where it is told to lock", async (t) => {
  for (const [release, expected] of [
    ['26.7', [true, false]],
    ['26.8', [false, true]],
  ] as const) {
    const { homeserver, ask } = await setUp(t, { release, people: ['alice'] })
    t.equal((await ask('PUT', `${states}/lock/${id('alice')}`, { locked: true })).status, 200)
    const alice = homeserver.accounts.get('alice')
    t.same([alice?.suspended, alice?.locked], expected, release)
  }
})

t.test('makes ghosts', async (t) => {
  const { homeserver, run } = await setUp(t, { release: 'tuwunel' })
  homeserver.addAccount('gone', { deactivated: true })
  await run('users reset-password nobody')
  t.equal(homeserver.accounts.get('nobody')?.deactivated, false)
  await run('users reset-password gone')
  t.equal(homeserver.accounts.get('gone')?.deactivated, false)
  await run('users deactivate @blocked:home.test')
  t.equal(homeserver.accounts.get('blocked')?.deactivated, true)
  await run('users deactivate @blocked:elsewhere.test')
  t.equal(homeserver.accounts.size, 5)
})

t.test("registers the first account with the configured token, and has Synapse's API", async (t) => {
  const { homeserver, ask } = await setUp(t, { release: 'tuwunel', fresh: true, staticToken: 'configured' })
  t.equal(homeserver.consoleToken, 'configured')
  const register = {
    username: 'first',
    password: 'x',
    auth: { type: 'm.login.registration_token', token: 'configured' },
  }
  const { access_token: token } = (await ask('POST', '/_matrix/client/v3/register', register, '')).json()
  t.equal(homeserver.accounts.get('first')?.admin, true)
  const path = '/_synapse/admin/v1/registration_tokens'
  t.equal((await ask('POST', `${path}/new`, { token: 'chosen', uses_allowed: 1 }, token)).json().token, 'chosen')
  t.ok(homeserver.tokenValid('chosen'))
  homeserver.addAccount('alice')
  homeserver.login('alice')
  const devices = `/_synapse/admin/v2/users/${id('alice')}`
  const listed = (await ask('GET', `${devices}/devices`, undefined, token)).json()
  t.equal(listed.total, 1)
  const named = listed.devices.map(({ device_id }: { device_id: string }) => device_id)
  t.equal((await ask('POST', `${devices}/delete_devices`, { devices: [...named, 'other'] }, token)).status, 200)
  t.equal(homeserver.accounts.get('alice')?.devices.size, 0)
})

t.test('issues a token of one use and some days', async (t) => {
  const { homeserver, run } = await setUp(t, { release: 'tuwunel' })
  await run('token issue --once --max-age 7d')
  const issued = [...homeserver.tokens.values()].find(({ fixed }) => !fixed)
  t.equal(issued?.usesAllowed, 1)
  t.ok((issued?.expires ?? 0) > Date.now() + 6 * 86_400_000)
})

t.test('says what it is', async (t) => {
  const { ask } = await setUp(t, { release: 'tuwunel' })
  const tuwunel = { name: 'Tuwunel', version: '1.9.0' }
  t.same((await ask('GET', '/_matrix/federation/v1/version', undefined, '')).json(), { server: tuwunel })
  t.same((await ask('GET', '/_tuwunel/server_version', undefined, '')).json(), tuwunel)
  t.equal((await ask('GET', '/_continuwuity/server_version', undefined, '')).status, 404)
})

const relation = (event: Event | undefined) => event?.content['m.relates_to']

t.test('a long reply is one file that relates to its command', async (t) => {
  const { ask, run, homeserver } = await setUp(t, { release: 'tuwunel', accounts: 1500 })
  const { event_id, after } = await run('users list-users')
  const [file, ...more] = notices(after)
  t.same([file?.content.msgtype, more.length], ['m.file', 0])
  t.same(relation(file), { 'm.in_reply_to': { event_id } })
  const path = `${homeserver.serverName}/${String(file?.content.url).split('/').at(-1)}`
  t.equal((await ask('GET', `/_matrix/media/v3/download/${path}`, undefined, '')).status, 403)
  t.match((await ask('GET', `/_matrix/client/v1/media/download/${path}`)).text, /@user1499:home\.test/)
})

for (const [release, expected] of [
  ['tuwunel-chain', (before: string) => ({ 'm.in_reply_to': { event_id: before } })],
  ['tuwunel-threads', (_: string, command: string) => ({ rel_type: 'm.thread', event_id: command })],
] as const)
  t.test(`${release}: a long reply is several events`, async (t) => {
    const { run, homeserver } = await setUp(t, { release, accounts: 2000 })
    const counts: [number, number][] = []
    homeserver.betweenParts(/list-users/, (part, parts) => {
      counts.push([part, parts])
      homeserver.post('@user0001:home.test', 'somebody else writes')
    })
    const { event_id, after } = await run('users list-users')
    const parts = notices(after).filter(({ sender }) => sender === homeserver.bot)
    t.ok(parts.length > 1 && parts.length <= 5, `${parts.length} parts`)
    t.same(
      counts,
      parts.slice(1).map((_, at) => [at + 2, parts.length]),
    )
    for (const [at, part] of parts.entries()) {
      t.same(relation(part), expected(parts[at - 1]?.event_id ?? event_id, event_id))
      t.ok(Buffer.byteLength(JSON.stringify(part.content)) <= 65_535 - 10_240)
      t.equal(String(part.content.body).match(/^```/gm)?.length, 2, 'each has its code block opened and closed')
    }
    const ids = parts.flatMap(({ content }) => String(content.body).match(/^@\S+$/gm) ?? [])
    t.equal(new Set(ids).size, ids.length)
    t.equal(ids.length, homeserver.accounts.size - 1)
  })

t.test('a reply that needs more events than it may is a file in their place', async (t) => {
  for (const [release, expected] of [
    ['tuwunel-chain', (event_id: string) => ({ 'm.in_reply_to': { event_id } })],
    ['tuwunel-threads', (event_id: string) => ({ rel_type: 'm.thread', event_id })],
  ] as [Release, (command: string) => unknown][]) {
    const { run, homeserver } = await setUp(t, { release })
    homeserver.faults.fileLimit = 1
    const { event_id, after } = await run('users list-users')
    t.same(relation(after[0]), expected(event_id), release)
    t.equal(after[0]?.content.msgtype, 'm.file')
  }
})

t.test('a command in a thread is answered in that thread', async (t) => {
  const { homeserver } = await setUp(t, { release: 'tuwunel' })
  const root = homeserver.post('@olga:home.test', 'hello')
  const { mxid } = homeserver.operator
  homeserver.postInThread(mxid, '!admin --version', root)
  await homeserver.idle()
  t.same(relation(homeserver.room.events.at(-1)), { rel_type: 'm.thread', event_id: root })
})

t.test('ends in the middle of a reply', async (t) => {
  const hs = await startHomeserver({ release: 'tuwunel-chain', accounts: 2000 })
  t.teardown(() => hs.close())
  hs.betweenParts(/list-users/, () => hs.stop())
  hs.post(hs.operator.mxid, '!admin users list-users')
  await hs.idle()
  const before = hs.room.events.length
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(hs.room.events.length, before)
})

t.test('texts are split at line ends, else between characters', async (t) => {
  const bytes = (text: string) => Buffer.byteLength(text)
  t.same(split('', true, 10, bytes), [''])
  t.same(split('ab\ncd\nef', false, 6, bytes), ['ab\ncd\n', 'ef'])
  t.same(split('aéb', false, 2, bytes), ['a', 'é', 'b'])
  t.same(split('```x\na\nb\nc\n```\nd', true, 12, bytes), ['```x\na\n```\n', '```x\nb\n```\n', '```x\nc\n```\nd'])
  for (const budget of [12, 13, 20, 40]) {
    const text = `${'one two\n'.repeat(9)}\`\`\`\n${'@x:y\n'.repeat(20)}\`\`\`\nend`
    const parts = split(text, true, budget, bytes)
    for (const part of parts) t.ok(bytes(part) <= budget, `${budget}: ${JSON.stringify(part)}`)
    t.equal(parts.join('').replaceAll('```\n', ''), text.replaceAll('```\n', ''))
  }
})

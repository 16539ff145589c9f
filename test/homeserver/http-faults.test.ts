import t from 'tap'
import { setUp, whoami } from './hand.ts'
import { startElsewhere } from './index.ts'

t.test('a lost response executes once', async (t) => {
  const { homeserver, send } = await setUp(t)
  const rule = homeserver.faults.on({ method: 'PUT', path: /\/send\//, times: 1 }, { kind: 'lose-response' })
  await t.rejects(send('!admin users create-user alice', 'same'))
  const first = await send('!admin users create-user alice', 'same')
  t.equal((await send('!admin users create-user alice', 'same')).text, first.text)
  await homeserver.idle()
  t.equal(homeserver.executed.length, 1)
  t.ok(homeserver.accounts.has('alice'))
  t.equal(rule.hits, 1)
})

t.test('a dropped request does nothing', async (t) => {
  const { homeserver, send } = await setUp(t)
  homeserver.faults.on({ path: /\/send\//, skip: 1, times: 1 }, { kind: 'drop' })
  t.equal((await send('one')).status, 200)
  await t.rejects(send('!admin users create-user alice'))
  t.equal((await send('two')).status, 200)
  t.notOk(homeserver.accounts.has('alice'))
})

t.test('answers that are none', async (t) => {
  const { homeserver, ask } = await setUp(t)
  const elsewhere = await startElsewhere()
  t.teardown(() => elsewhere.close())
  const { faults } = homeserver
  const once = { path: /whoami/, times: 1 }

  faults.on(once, { kind: 'limit', retryAfterMs: 1500 })
  t.match((await ask('GET', whoami)).json(), { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1500 })
  faults.on(once, { kind: 'limit', retryAfterMs: 1500, header: true })
  t.equal((await ask('GET', whoami)).headers.get('retry-after'), '2')
  faults.on(once, { kind: 'html', status: 502 })
  t.match(await ask('GET', whoami), { status: 502, text: /^<html>/ })
  faults.on(once, { kind: 'half-json' })
  t.throws((await ask('GET', whoami)).json)
  faults.on(once, { kind: 'truncate' })
  await t.rejects(ask('GET', whoami))
  faults.on(once, { kind: 'endless' })
  await t.rejects(ask('GET', whoami, undefined, undefined, 300))
  faults.on(once, { kind: 'hang' })
  await t.rejects(ask('GET', whoami, undefined, undefined, 300))
  faults.on(once, { kind: 'redirect', status: 307, to: elsewhere.url })
  t.equal((await ask('GET', whoami)).headers.get('location'), elsewhere.url)
  t.strictSame(elsewhere.requests, [])
  faults.on(once, { kind: 'answer', status: 200, body: { user_id: '@else:home.test' } })
  t.equal((await ask('GET', whoami)).json().user_id, '@else:home.test')
  const began = Date.now()
  faults.on(once, { kind: 'slow', ms: 50 })
  t.equal((await ask('GET', whoami)).status, 200)
  t.ok(Date.now() - began >= 45)
  faults.clockOffset = 3_600_000
  t.ok(Date.parse((await ask('GET', whoami)).headers.get('date') ?? '') > Date.now() + 3_500_000)
  faults.on({ path: /whoami/ }, { kind: 'drop' })
  faults.clear()
  t.equal((await ask('GET', whoami)).status, 200)
})

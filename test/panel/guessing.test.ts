import assert from 'node:assert/strict'
import { connect } from 'node:net'
import t from 'tap'
import { ask, logIn, panelBed, password, proxied, proxyEnv } from './bed.ts'

const lockouts = (bed: { audit(): Record<string, unknown>[] }) =>
  bed.audit().filter(({ action }) => action === 'panel-lockout')

t.test('all addresses of this machine are one', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const here = `http://[::1]:${new URL(bed.url).port}/`
  const guess = async (number: number) => {
    const [url, from] = number % 5 === 0 ? [here, '::1'] : [bed.url, `127.0.${number}.1`]
    // A claimed address is nobody's, with a guessed secret as well.
    const headers = { 'x-forwarded-for': `192.0.2.${number}`, 'x-panel-proxy-secret': `guess-${number}-of-many` }
    return (await ask(`${url}login`, { from, headers, form: { password: 'guess' } })).status
  }
  const statuses: number[] = []
  for (let number = 0; number < 300; number += 20)
    statuses.push(...(await Promise.all(Array.from({ length: 20 }, (_, more) => guess((number + more) % 256)))))
  const checked = statuses.filter((status) => status === 403).length
  // A busy machine may take so long that a lock-out or two are over.
  t.ok(checked >= 5 && checked <= 7, `${checked} were checked`)
  t.equal(statuses.filter((status) => status === 429).length, 300 - checked)
  t.match(lockouts(bed)[0], { rc: 2, outcome: 'wrong passwords: this address is locked out for 10 s' })
  t.equal(lockouts(bed).length, checked - 4, 'each lock-out is recorded, and once')
  t.match((await bed.run('audit')).stdout, /- {2}panel (::1|127\S+) {2}lock-out panel {2}wrong passwords: this address/)
})

t.test('whoever guesses is locked out, and others are not', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const enter = (from: string, word: string) =>
    ask(`${bed.url}login`, { headers: proxied(`1.2.3.4, ${from}`), form: { password: word } })
  const guesses = await Promise.all(Array.from({ length: 20 }, () => enter('192.0.2.1', 'guess')))
  t.strictSame(guesses.map(({ status }) => status).sort(), [...Array(5).fill(403), ...Array(15).fill(429)])
  const locked = await enter('192.0.2.1', password)
  t.equal(locked.status, 429, 'also with the right password')
  t.ok(Number(locked.headers['retry-after']) > 0)
  t.equal((await enter('192.0.2.2', password)).status, 303, 'another address')
  t.match(lockouts(bed), [{ ip: '192.0.2.1' }])
  t.notMatch(bed.output() + JSON.stringify(bed.audit()), new RegExp(proxyEnv.ADMIN_PROXY_SECRET))
})

t.test('what a browser claims of a proxy does not count', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: proxyEnv.ADMIN_HOST } })
  t.match(bed.output(), /warning: ADMIN_HOST is set without ADMIN_PROXY_SECRET/)
  const enter = (from: string) => ask(`${bed.url}login`, { headers: proxied(from), form: { password: 'guess' } })
  for (let last = 1; last <= 5; last++) t.equal((await enter(`192.0.2.${last}`)).status, 403)
  t.equal((await enter('192.0.2.6')).status, 429)
  t.match(lockouts(bed), [{ ip: '127.0.0.1' }])
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 303, 'who is on this machine is not kept out')
  const env = { ADMIN_HOST: proxyEnv.ADMIN_HOST, ENABLE_USER_ADMIN: 'true' }
  const check = await bed.runWith({ env }, 'check')
  t.match(check, { code: 0, stdout: /panel password: .*warning: ADMIN_HOST is set without ADMIN_PROXY_SECRET/ })
})

t.test('guesses from everywhere are bounded together, and keep the owner out of nothing', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const login = await logIn(bed.url)
  const guess = async (number: number) =>
    (await ask(`${bed.url}login`, { headers: proxied(`10.${number}.0.1`), form: { password: 'guess' } })).status
  const statuses: number[] = []
  for (let number = 0; number < 120; number += 20)
    statuses.push(...(await Promise.all(Array.from({ length: 20 }, (_, more) => guess(number + more)))))
  t.strictSame(statuses.sort(), [...Array(50).fill(403), ...Array(70).fill(429)])
  const stranger = await ask(`${bed.url}login`, { headers: proxied('192.0.2.1'), form: { password } })
  t.equal(stranger.status, 429, 'an unknown browser from outside has to wait')
  const known = { ...proxied('192.0.2.1'), cookie: login.device }
  t.equal((await ask(`${bed.url}login`, { headers: known, form: { password } })).status, 303, 'a known one has not')
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 303, 'nor has who comes through a tunnel')
  t.equal((await login.send('create', { user: 'alice' })).status, 200, 'nor who is logged in')
  t.match(lockouts(bed), [{ outcome: 'wrong passwords: all unknown browsers from outside are locked out for 60 s' }])
})

t.test('a neighbour who guesses keeps nobody out of a login', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const guess = (form: Record<string, string>) => ask(`${bed.url}login`, { from: '127.0.0.2', form })
  for (let count = 0; count < 10; count++) await guess({ password: 'guess' })
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 429, 'the address is locked out')
  t.equal((await login.send('create', { user: 'alice' })).status, 200, 'the login is not')
  t.ok(bed.hs.accounts.has('alice'))
})

t.test('a login guesses on its own account', async (t) => {
  const bed = await panelBed(t)
  const [login, other] = [await logIn(bed.url), await logIn(bed.url)]
  const statuses: number[] = []
  for (let count = 0; count < 8; count++)
    statuses.push((await login.send('create', { user: 'alice', password: 'guess' })).status)
  t.strictSame(statuses, [...Array(5).fill(403), ...Array(3).fill(429)])
  t.equal((await login.send('create', { user: 'alice' })).status, 429, 'also with the right password')
  t.notOk(bed.hs.accounts.has('alice'))
  t.equal((await other.send('create', { user: 'alice' })).status, 200, 'another login')
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 303, 'and the login page')
  t.match(lockouts(bed), [{ outcome: 'wrong passwords: this login is locked out for 10 s' }])
})

t.test('who is logged in does not wait behind those who are not', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const login = await logIn(bed.url)
  const form = await login.formId('create')
  let answered = 0
  const guesses = Array.from({ length: 200 }, (_, number) =>
    ask(`${bed.url}login`, { headers: proxied(`10.0.${number}.1`), form: { password: 'guess' } }).then((answer) => {
      answered += Number(answer.status === 403)
      return answer
    }),
  )
  // Once too many wait, 24 are waiting; on a slow machine some were answered before.
  await Promise.any(guesses.map(async (guess) => assert.equal((await guess).status, 503)))
  const before = answered
  t.equal((await login.send('create', { user: 'alice', form })).status, 200)
  t.ok(answered - before < 20, `before ${24 - answered + before} of those who waited`)
  const answers = await Promise.all(guesses)
  t.ok(answers.every(({ status, headers }) => status === 403 || Number(headers['retry-after']) > 0))
})

t.test('guesses from one IPv6 network are one guesser’s', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const enter = async (from: string, word: string) =>
    (await ask(`${bed.url}login`, { headers: proxied(from), form: { password: word } })).status
  for (const from of ['2001:db8::1', '2001:db8::2', '2001:DB8:0:0:9::1', '2001:db8:0:0:1:2:3:4', '2001:0db8::ffff'])
    t.equal(await enter(from, 'guess'), 403, from)
  t.equal(await enter('2001:db8::abcd', password), 429)
  t.equal(await enter('2001:db8:0:1::1', password), 303, 'the next network')
  for (const from of ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1'])
    t.equal(await enter(from, 'guess'), 403, from)
  t.equal(await enter('::ffff:192.0.2.1', password), 429, 'an IPv4 address in IPv6 is itself')
})

t.test('a guess that nobody waits for is neither checked nor counted', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const guess = (address: string) => ask(`${bed.url}login`, { headers: proxied(address), form: { password: 'guess' } })
  const before = Promise.all(Array.from({ length: 15 }, (_, number) => guess(`10.0.0.${number}`)))
  await new Promise((resolve) => setTimeout(resolve, 30))
  const clients = Array.from({ length: 6 }, () => connect(Number(new URL(bed.url).port), '127.0.0.1'))
  const headers = Object.entries(proxied('10.1.0.1')).map(([name, value]) => `${name}: ${value}\r\n`)
  for (const client of clients)
    client.write(
      `POST /login HTTP/1.1\r\n${headers.join('')}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\npassword=guess`,
    )
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (const client of clients) client.destroy()
  t.ok((await before).every(({ status }) => status === 403))
  const answer = await ask(`${bed.url}login`, { headers: proxied('10.1.0.1'), form: { password } })
  t.equal(answer.status, 303)
})

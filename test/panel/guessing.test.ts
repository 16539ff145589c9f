import { connect } from 'node:net'
import t from 'tap'
import { ask, logIn, panelBed, password } from './bed.ts'

t.test('whoever guesses is locked out, and nobody else', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const enter = (from: string, word: string, host = 'admin.home.test') =>
    ask(`${bed.url}login`, { headers: { host, 'x-forwarded-for': `1.2.3.4, ${from}` }, form: { password: word } })
  const guesses = await Promise.all(Array.from({ length: 20 }, () => enter('192.0.2.1', 'guess')))
  t.strictSame(guesses.map(({ status }) => status).sort(), [...Array(5).fill(403), ...Array(15).fill(429)])
  const locked = await enter('192.0.2.1', password)
  t.equal(locked.status, 429, 'also with the right password')
  t.ok(Number(locked.headers['retry-after']) > 0)
  t.equal((await enter('192.0.2.2', password)).status, 303, 'another address')
  for (let last = 10; last < 15; last++) await enter(`192.0.2.${last}`, 'guess', new URL(bed.url).host)
  const claimed = await enter('192.0.2.20', password, new URL(bed.url).host)
  t.equal(claimed.status, 429, 'without a proxy a claimed address is nobody’s')
  t.match(
    bed.audit().slice(2),
    [
      { action: 'panel-lockout', ip: '192.0.2.1', rc: 2, outcome: 'wrong passwords: locked out for 10 s' },
      { action: 'panel-login', ip: '192.0.2.2', rc: 0, source: 'panel' },
      { action: 'panel-lockout', ip: '127.0.0.1' },
    ],
    'one line for each lock-out',
  )
  t.match((await bed.run('audit')).stdout, /- {2}panel 192\.0\.2\.1 {2}lock-out panel {2}wrong passwords: locked out/)
})

t.test('a flood of guesses from everywhere keeps nobody out', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const login = await logIn(bed.url)
  const guess = (number: number) => {
    const from = `10.0.${number >> 8}.${number & 255}`
    const headers = { host: 'admin.home.test', 'x-forwarded-for': from }
    return ask(`${bed.url}login`, { headers, form: { password: 'guess' } })
  }
  const answers = Promise.all(Array.from({ length: 400 }, (_, number) => guess(number)))
  t.equal((await login.send('create', { user: 'alice' })).status, 200, 'who is logged in')
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 303, 'who comes through a tunnel')
  const statuses = (await answers).map(({ status }) => status)
  t.ok(statuses.filter((status) => status === 503).length > 100)
  t.ok((await answers).every(({ status, headers }) => status === 403 || Number(headers['retry-after']) > 0))
})

t.test('guesses from one IPv6 network are one guesser’s', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const enter = async (from: string, word: string) => {
    const headers = { host: 'admin.home.test', 'x-forwarded-for': from }
    return (await ask(`${bed.url}login`, { headers, form: { password: word } })).status
  }
  for (const from of ['2001:db8::1', '2001:db8::2', '2001:DB8:0:0:9::1', '2001:db8:0:0:1:2:3:4', '2001:0db8::ffff'])
    t.equal(await enter(from, 'guess'), 403, from)
  t.equal(await enter('2001:db8::abcd', password), 429)
  t.equal(await enter('2001:db8:0:1::1', password), 303, 'the next network')
  t.equal(await enter('::ffff:192.0.2.1', password), 303)
})

t.test('a guess that nobody waits for is neither checked nor counted', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const from = (address: string) => ({ host: 'admin.home.test', 'x-forwarded-for': address })
  const guess = (address: string) => ask(`${bed.url}login`, { headers: from(address), form: { password: 'guess' } })
  const before = Promise.all(Array.from({ length: 15 }, (_, number) => guess(`10.0.0.${number}`)))
  await new Promise((resolve) => setTimeout(resolve, 30))
  const clients = Array.from({ length: 6 }, () => connect(Number(new URL(bed.url).port), '127.0.0.1'))
  for (const client of clients)
    client.write(
      `POST /login HTTP/1.1\r\nHost: admin.home.test\r\nX-Forwarded-For: 10.1.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 14\r\n\r\npassword=guess`,
    )
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (const client of clients) client.destroy()
  t.ok((await before).every(({ status }) => status === 403))
  const answer = await ask(`${bed.url}login`, { headers: from('10.1.0.1'), form: { password } })
  t.equal(answer.status, 303)
})

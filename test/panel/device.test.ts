import { readFileSync } from 'node:fs'
import t from 'tap'
import { deviceCookie, deviceLife, deviceOf } from '../../src/panel/guard/device-cookie.ts'
import { ask, cookiesOf, logIn, panelBed, password, startPanel } from './bed.ts'

t.test('a browser that has logged in before is counted by itself', async (t) => {
  const bed = await panelBed(t)
  const { device } = await logIn(bed.url)
  const enter = async (word: string, cookie = '', url = bed.url) =>
    (await ask(`${url}login`, { headers: cookie === '' ? {} : { cookie }, form: { password: word } })).status
  for (let count = 0; count < 5; count++) await enter('guess')
  t.equal(await enter(password), 429, 'a stranger is locked out')
  t.equal(await enter(password, device), 303)
  const [name = '', value = ''] = device.split('=')
  const hash = readFileSync(`${bed.dataDir}/secrets/adminweb-password.hash`, 'utf8').trim()
  const long = Date.now() - (deviceLife + 1) * 1000
  for (const [what, forged] of [
    ['cut', value.slice(0, -1)],
    ['longer', `${value}.x`],
    ['with another id', `${'A'.repeat(22)}${value.slice(22)}`],
    ['with another time', value.replace(/\.\d+\./, '.9999999999.')],
    ['of another password', deviceCookie('another hash', Date.now())],
    ['too old', deviceCookie(hash, long)],
    ['nothing', ''],
  ] as const)
    t.equal(await enter(password, `${name}=${forged}`), 429, what)
  t.equal(await enter(password, `${name}=${deviceCookie(hash, Date.now())}`), 303, 'the form of a genuine one')
  const restarted = await startPanel(t, bed.env)
  const there = device.replace(/^\w+=/, `matrix_users_device_${new URL(restarted.url).port}=`)
  for (let count = 0; count < 5; count++) await enter('guess', '', restarted.url)
  t.equal(await enter(password, there, restarted.url), 303, 'a restart does not end it')
})

t.test('a stolen one has few guesses, and is then a stranger’s', async (t) => {
  const bed = await panelBed(t)
  const { device, send } = await logIn(bed.url)
  const guess = async () =>
    (await ask(`${bed.url}login`, { headers: { cookie: device }, form: { password: 'guess' } })).status
  const statuses: number[] = []
  for (let count = 0; count < 15; count++) statuses.push(await guess())
  t.strictSame(statuses, [...Array(10).fill(403), ...Array(5).fill(429)], 'five of its own, five of the address')
  const outcomes = bed.audit().flatMap(({ action, outcome }) => (action === 'panel-lockout' ? [outcome] : []))
  t.strictSame(outcomes, [
    'wrong passwords: this browser is locked out for 10 s',
    'wrong passwords: this address is locked out for 10 s',
  ])
  t.equal((await send('create', { user: 'alice' })).status, 200, 'who is logged in goes on')
})

t.test('it is worth nothing once the password has changed', async (t) => {
  const bed = await panelBed(t)
  const { device } = await logIn(bed.url)
  await bed.runWith({ input: 'another password' }, 'panel', 'set-password', '--yes')
  const enter = async (word: string, cookie = '') =>
    ask(`${bed.url}login`, { headers: cookie === '' ? {} : { cookie }, form: { password: word } })
  for (let count = 0; count < 5; count++) await enter('guess')
  t.equal((await enter('another password', device)).status, 429)
})

t.test('a login gives a new one, and logging out keeps it', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const again = await ask(`${bed.url}login`, { headers: { cookie: login.device }, form: { password } })
  t.not(cookiesOf(again.headers)[1], login.device)
  const left = cookiesOf((await login.send('leave')).headers)
  t.strictSame(left, [login.cookie.replace(/=.*/, '=')], 'only the login is removed')
})

t.test('its age is that of the clock', (t) => {
  const cookie = deviceCookie('hash', 1_000_000_000_000)
  t.match(deviceOf(cookie, 'hash', 1_000_000_000_000 + deviceLife * 1000), /^[\w-]{22}$/)
  t.equal(deviceOf(cookie, 'hash', 1_000_000_000_000 + deviceLife * 1000 + 1000), undefined)
  t.equal(deviceOf(cookie, 'other', 1_000_000_000_000), undefined)
  t.end()
})

import t from 'tap'
import { ask, cookiesOf, logIn, panelBed, password, startPanel } from './bed.ts'

t.test('what does not come from its own page is refused, and asks the homeserver nothing', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const [login, other] = [await logIn(bed.url), await logIn(bed.url)]
  const stranger = await logIn((await startPanel(t, bed.env)).url)
  const asked = bed.hs.requests.length
  const user = { user: 'alice' }
  const tries: [string, number, Promise<{ status: number }>][] = [
    ['no CSRF token', 403, login.send('create', { ...user, csrf: '' })],
    ["another login's CSRF token", 403, login.send('create', { ...user, csrf: other.csrf })],
    ['no password', 403, login.send('create', { ...user, password: '' })],
    ['a foreign Host', 403, login.send('create', user, { host: 'evil.test' })],
    ['a Host that only begins well', 403, login.send('create', user, { host: 'localhost.evil.test' })],
    ['a foreign Origin', 403, login.send('create', user, { origin: 'https://evil.test' })],
    ['another port as Origin', 403, login.send('create', user, { origin: 'http://127.0.0.1:1' })],
    ['the Origin null', 403, login.send('create', user, { origin: 'null' })],
    ['a request across sites', 403, login.send('create', user, { 'sec-fetch-site': 'cross-site' })],
    ['no cookie', 403, login.send('create', user, { cookie: '' })],
    [
      'a cookie of another run',
      403,
      login.send('create', { ...user, csrf: stranger.csrf }, { cookie: stranger.cookie }),
    ],
    ['a foreign Host for reading', 403, ask(bed.url, { headers: { host: 'evil.test', cookie: login.cookie } })],
    ['an oversized body', 413, login.send('create', { user: 'x'.repeat(100_000) })],
    ['a path that is none', 404, login.send('run', user)],
  ]
  for (const [name, status, answer] of tries) t.equal((await answer).status, status, name)
  t.equal(bed.hs.requests.length, asked)
  t.equal((await ask(`${bed.url}login`, { headers: { host: 'admin.home.test' } })).status, 200, 'the name of the proxy')
  t.equal((await ask(`${bed.url}login`, { headers: { host: 'localhost:8080' } })).status, 200, 'through a tunnel')
})

t.test('its headers', async (t) => {
  const bed = await panelBed(t, { env: { ADMINWEB_SECURE_COOKIE: 'true' } })
  const { headers } = await ask(`${bed.url}login`, { form: { password } })
  for (const cookie of [headers['set-cookie'] ?? []].flat())
    for (const attribute of [/HttpOnly/, /SameSite=Strict/, /Secure/, /Path=\//]) t.match(cookie, attribute)
  for (const path of ['login', 'style.css', 'page.js', 'nothing']) {
    const page = await ask(bed.url + path)
    t.equal(page.headers['cache-control'], 'no-store', path)
    t.match(String(page.headers['content-security-policy']), /default-src 'none'/, path)
    t.notMatch(String(page.headers['content-security-policy']), /unsafe/, path)
    t.equal(page.headers['referrer-policy'], 'same-origin', path)
    t.equal(page.headers['x-content-type-options'], 'nosniff', path)
  }
})

t.test('two panels on one host do not log each other out', async (t) => {
  const bed = await panelBed(t)
  const other = await startPanel(t, bed.env)
  const both = [...cookiesOf((await ask(`${bed.url}login`, { form: { password } })).headers)]
  both.push(...cookiesOf((await ask(`${other.url}login`, { form: { password } })).headers))
  t.equal(new Set(both.map((cookie) => cookie.split('=')[0])).size, 4)
  for (const { url } of [bed, other])
    t.equal((await ask(url, { headers: { cookie: both.join('; ') } })).status, 200, url)
})

t.test('the name behind the proxy', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'Users.example.org', ADMINWEB_SECURE_COOKIE: 'true' } })
  const login = (host: string, origin?: string) =>
    ask(`${bed.url}login`, { headers: { host, ...(origin === undefined ? {} : { origin }) }, form: { password } })
  for (const [host, origin, status] of [
    ['users.example.org', 'https://users.example.org', 303],
    ['users.example.org:443', 'https://users.example.org', 303],
    ['users.example.org:80', undefined, 303],
    ['users.example.org:8443', 'https://users.example.org:8443', 403],
    ['users.example.org', 'http://users.example.org', 403],
    ['users.example.org', 'https://users.example.org:8443', 403],
    ['localhost:9001', 'http://localhost:9001', 303],
    ['localhost:9001', 'https://users.example.org', 403],
  ] as const)
    t.equal((await login(host, origin)).status, status, `${host} from ${origin}`)
})

t.test('a login ends', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_IDLE_MINUTES: '0.02' } })
  const idle = await logIn(bed.url)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  t.equal((await ask(bed.url, { headers: { cookie: idle.cookie } })).status, 303, 'when nobody uses it')
  t.equal((await idle.send('create', { user: 'alice' })).status, 403)
  const left = await logIn(bed.url)
  t.equal((await left.send('leave')).status, 303, 'when one logs out')
  t.equal((await left.send('create', { user: 'alice' })).status, 403)
  const changed = await logIn(bed.url)
  await bed.runWith({ input: 'another password' }, 'panel', 'set-password', '--yes')
  t.equal((await changed.send('create', { user: 'alice' })).status, 403, 'when the password is changed')
  t.notOk(bed.hs.accounts.has('alice'))
})

import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { ask, logIn, panelBed, password, startPanel } from './bed.ts'

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
    ['an oversized body', 413, login.send('create', { user: 'x'.repeat(20_000) })],
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
  t.match(String(headers['set-cookie']), /HttpOnly/)
  t.match(String(headers['set-cookie']), /SameSite=Lax/)
  t.match(String(headers['set-cookie']), /Secure/)
  for (const path of ['login', 'style.css', 'page.js', 'nothing']) {
    const page = await ask(bed.url + path)
    t.equal(page.headers['cache-control'], 'no-store', path)
    t.match(String(page.headers['content-security-policy']), /default-src 'none'/, path)
    t.notMatch(String(page.headers['content-security-policy']), /unsafe/, path)
    t.equal(page.headers['referrer-policy'], 'same-origin', path)
    t.equal(page.headers['x-content-type-options'], 'nosniff', path)
  }
})

t.test('whoever guesses is locked out, and nobody else', async (t) => {
  const bed = await panelBed(t)
  const enter = (from: string, word: string) =>
    ask(`${bed.url}login`, { headers: { 'x-forwarded-for': `1.2.3.4, ${from}` }, form: { password: word } })
  const guesses = await Promise.all(Array.from({ length: 20 }, () => enter('192.0.2.1', 'guess')))
  t.strictSame(guesses.map(({ status }) => status).sort(), [...Array(5).fill(403), ...Array(15).fill(429)])
  const locked = await enter('192.0.2.1', password)
  t.equal(locked.status, 429, 'also with the right password')
  t.ok(Number(locked.headers['retry-after']) > 0)
  t.equal((await enter('192.0.2.2', password)).status, 303, 'another address')
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

t.test('a form is taken once', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  t.equal((await login.send('create', { user: 'alice', form: 'one' })).status, 200)
  t.equal((await login.send('reset-password', { user: 'alice', form: 'one' })).status, 409)
})

t.test('writes are on record before and after; what cannot be recorded is not done', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  await login.send('create', { user: 'alice' }, { 'x-forwarded-for': '192.0.2.9', 'user-agent': 'a browser' })
  await login.send('create', { user: 'alice' })
  t.match(bed.audit(), [
    {
      action: 'user-op-start',
      op: 'create',
      target: '@alice:home.test',
      ip: '192.0.2.9',
      ua: 'a browser',
      source: 'panel',
    },
    { action: 'user-op-end', op: 'create', rc: 0, outcome: 'replied' },
    { action: 'user-op-start', op: 'create' },
    { action: 'user-op-end', op: 'create', rc: 1, outcome: 'no effect' },
  ])
  const readable = (await bed.run('audit')).stdout
  t.equal(readable.split('\n').length, 5)
  t.match(readable, /panel 192\.0\.2\.9 {2}create @alice:home\.test {2}begun/)
  rmSync(`${bed.dataDir}/logs`, { recursive: true })
  writeFileSync(`${bed.dataDir}/logs`, '')
  const posted = bed.hs.room.events.length
  t.match((await login.send('create', { user: 'bob' })).body, /the audit log cannot be written, so nothing was sent/)
  t.equal(bed.hs.room.events.length, posted)
  rmSync(`${bed.dataDir}/logs`)
})

t.test('a hundred logins at once are kept apart', async (t) => {
  const bed = await panelBed(t, { accounts: 500 })
  const logins = await Promise.all(Array.from({ length: 20 }, () => logIn(bed.url)))
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, number) => {
      const login = logins[number % logins.length] ?? (logins[0] as (typeof logins)[0])
      if (number % 2 === 0) {
        const { status, body } = await ask(bed.url, { headers: { cookie: login.cookie } })
        return (
          status === 200 && body.includes(login.csrf) && logins.filter(({ csrf }) => body.includes(csrf)).length === 1
        )
      }
      const { status, body } = await login.send('create', { user: `many${number}` })
      return status === 200 && body.includes(bed.hs.accounts.get(`many${number}`)?.password ?? '?')
    }),
  )
  t.equal(answers.filter(Boolean).length, 200)
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${bed.process.pid}/status`, 'utf8'))?.[1])
  t.ok(peak < 120 * 1024, `${Math.round(peak / 1024)} MB`)
})

t.test('SIGTERM lets an operation end, and be logged, first', async (t) => {
  const bed = await panelBed(t, { delayMs: 700 })
  const login = await logIn(bed.url)
  const answer = login.send('create', { user: 'alice' })
  while (bed.audit().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  bed.process.kill('SIGTERM')
  const [code] = await once(bed.process, 'exit')
  t.equal(code, 0)
  t.ok((await answer).body.includes(bed.hs.accounts.get('alice')?.password ?? '?'))
  t.equal(bed.audit().at(-1)?.rc, 0)
})

t.test('a browser that has gone away gets no secret removed that it never saw', async (t) => {
  const bed = await panelBed(t, { delayMs: 500 })
  const login = await logIn(bed.url)
  const gone = new AbortController()
  const sent = fetch(`${bed.url}create`, {
    method: 'POST',
    headers: { cookie: login.cookie },
    body: new URLSearchParams({ csrf: login.csrf, form: 'f', password, user: 'alice' }),
    signal: gone.signal,
  }).then(({ text }) => text)
  while (bed.audit().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  gone.abort()
  await sent.catch(() => {})
  while (bed.audit().length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(bed.audit(), [{}, { action: 'user-op-end', rc: 2 }])
  t.ok(bed.hs.room.text().includes(bed.hs.accounts.get('alice')?.password ?? '?'))
})

t.test('what keeps it from starting is said', async (t) => {
  const bed = await panelBed(t)
  const start = (env: Record<string, string>) => bed.runWith({ env: { ENABLE_USER_ADMIN: 'true', ...env } }, 'panel')
  t.match(await start({ ENABLE_USER_ADMIN: 'false' }), { code: 2, stderr: /not enabled.*\n.*ENABLE_USER_ADMIN=true/ })
  t.match(await start({ MATRIX_USERS_PANEL_PORT: '0.0.0.0:9001' }), { code: 2, stderr: /MATRIX_USERS_PANEL_PORT/ })
  t.match(await start({ MATRIX_USERS_PANEL_PORT: new URL(bed.url).port }), { code: 2, stderr: /EADDRINUSE/ })
  t.match(await start({ DATA_DIR: '' }), { code: 2, stderr: /DATA_DIR is not set/ })
})

import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
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

t.test('what is no form is not a wrong password, and no defect', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const send = (path: string, type: string, form: string) =>
    ask(bed.url + path, { headers: { 'content-type': type, cookie: login.cookie }, form })
  for (const path of ['login', 'create', 'leave'])
    for (const [type, form, status] of [
      ['multipart/form-data', 'x', 400],
      ['multipart/form-data; boundary=', 'x', 400],
      ['multipart/form-data; boundary=b', 'x', 400],
      ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="password"\r\n\r\ncut', 400],
      ['application/json', '{"password":"x"}', 415],
      ['text/plain', 'password=x', 415],
    ] as const) {
      const answer = await send(path, type, form)
      t.equal(answer.status, status, `${path}: ${type}`)
      if (status === 400) t.match(answer.body, /the form cannot be read/)
    }
  const boundary = 'b'.repeat(40)
  const parts = `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${password}\r\n--${boundary}--\r\n`
  const whole = await send('login', `multipart/form-data; boundary=${boundary}`, parts)
  t.equal(whole.status, 303, 'a whole one is taken')
  t.notMatch(bed.output(), /error/)
})

t.test('a defect is one line on stderr, without what was sent', async (t) => {
  const bed = await panelBed(t)
  const file = `${bed.dataDir}/secrets/adminweb-password.hash`
  rmSync(file)
  mkdirSync(file)
  t.equal((await ask(`${bed.url}login?never-shown`, { form: { password: 'never-shown' } })).status, 500)
  const lines = bed
    .output()
    .split('\n')
    .filter((line) => line.includes('error'))
  t.match(lines, [/^matrix-users: error: this is a defect of matrix-users: Error EISDIR at POST \/login at /])
  t.equal(lines.length, 1)
  t.notMatch(bed.output(), /never-shown/)
})

t.test('a client that leaves in the middle of its form is no defect', async (t) => {
  const bed = await panelBed(t)
  for (const length of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const client = connect(Number(new URL(bed.url).port), '127.0.0.1')
    client.write(
      `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n${length}\r\n\r\n4\r\n`,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.destroy()
  }
  await logIn(bed.url)
  t.notMatch(bed.output(), /error/i)
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

t.test('a form is taken once', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const form = await login.formId('create')
  t.equal((await login.send('suspend', { user: 'admin', form })).status, 403, 'and for its own action')
  t.equal((await login.send('create', { user: 'alice', form })).status, 200)
  t.equal((await login.send('create', { user: 'bob', form })).status, 409)
  const incomplete = await login.send('create', { user: 'bob', form: '' })
  t.match(incomplete, { status: 403, body: /the form is incomplete: nothing was done/ })
  t.notOk(bed.hs.accounts.has('bob'))
})

t.test('writes are on record before and after; what cannot be recorded is not done', async (t) => {
  const bed = await panelBed(t, { env: { ADMIN_HOST: 'admin.home.test' } })
  const login = await logIn(bed.url)
  const proxied = { host: 'admin.home.test', 'x-forwarded-for': '192.0.2.9', 'user-agent': 'a browser' }
  await login.send('create', { user: 'alice' }, proxied)
  await login.send('create', { user: 'alice' })
  t.match(bed.writes(), [
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
  t.equal(readable.split('\n').length, 8)
  t.match(readable, /panel 192\.0\.2\.9 {2}create @alice:home\.test {2}begun/)
  rmSync(`${bed.dataDir}/logs`, { recursive: true })
  writeFileSync(`${bed.dataDir}/logs`, '')
  const posted = bed.hs.room.events.length
  t.match((await login.send('create', { user: 'bob' })).body, /the audit log cannot be written, so nothing was sent/)
  t.equal(bed.hs.room.events.length, posted)
  t.equal((await ask(`${bed.url}login`, { form: { password } })).status, 303, 'but one can log in')
  t.match(bed.output(), /warning: a login of the panel is not recorded in the audit log/)
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
  while (bed.writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
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
    body: new URLSearchParams({ csrf: login.csrf, form: await login.formId('create'), password, user: 'alice' }),
    signal: gone.signal,
  }).then(({ text }) => text)
  while (bed.writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  gone.abort()
  await sent.catch(() => {})
  while (bed.writes().length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(bed.writes(), [{}, { action: 'user-op-end', rc: 2 }])
  t.ok(bed.hs.room.text().includes(bed.hs.accounts.get('alice')?.password ?? '?'))
})

t.test('what keeps it from starting is said', async (t) => {
  const bed = await panelBed(t)
  const start = (env: Record<string, string>) => bed.runWith({ env: { ENABLE_USER_ADMIN: 'true', ...env } }, 'panel')
  t.match(await start({ ENABLE_USER_ADMIN: 'false' }), { code: 2, stderr: /not enabled.*\n.*ENABLE_USER_ADMIN=true/ })
  t.match(await start({ MATRIX_USERS_PANEL_PORT: '0.0.0.0:9001' }), { code: 2, stderr: /MATRIX_USERS_PANEL_PORT/ })
  t.match(await start({ MATRIX_USERS_PANEL_PORT: new URL(bed.url).port }), { code: 2, stderr: /EADDRINUSE/ })
  t.match(await start({ DATA_DIR: '' }), { code: 2, stderr: /DATA_DIR is not set/ })
  t.match(await start({ DATA_DIR: '/no/where' }), { code: 2, stderr: /there is no folder \/no\/where/ })
})

import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { command } from '../contract/binary.ts'
import { ask, logIn, panelBed, password, proxied, proxyEnv } from './bed.ts'

t.test('writes are on record before and after; what cannot be recorded is not done', async (t) => {
  const bed = await panelBed(t, { env: proxyEnv })
  const login = await logIn(bed.url)
  await login.send('create', { user: 'alice' }, { ...proxied('192.0.2.9'), 'user-agent': 'a browser' })
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
    { action: 'user-op-end', op: 'create', rc: 0, outcome: 'done' },
    { action: 'user-op-start', op: 'create' },
    { action: 'user-op-end', op: 'create', rc: 1, outcome: 'no effect' },
  ])
  const readable = (await bed.run('audit')).stdout
  t.equal(readable.split('\n').length, 5)
  t.match(readable, /panel 192\.0\.2\.9 {2}create @alice:home\.test {2}done/)
  rmSync(`${bed.dataDir}/logs`, { recursive: true })
  writeFileSync(`${bed.dataDir}/logs`, '')
  const posted = bed.hs.room.events.length
  t.match((await login.send('create', { user: 'bob' })).body, /the audit log cannot be written, so nothing was sent/i)
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
  // Another node than that of the executable has another size.
  if (command.length === 1) t.ok(peak < 120 * 1024, `${Math.round(peak / 1024)} MB`)
})

t.test('many questions at once are no leak', async (t) => {
  const bed = await panelBed(t, { accounts: 400 })
  const { cookie } = await logIn(bed.url)
  const searches = ['user00', 'user01', 'user02', 'user03'].map((q) =>
    ask(`${bed.url}?q=${q}&state=active`, { headers: { cookie } }),
  )
  for (const { body } of await Promise.all(searches)) t.match(body, /100 accounts/)
  t.notMatch(bed.output(), /Warning/)
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
  t.match(await start({ ENABLE_USER_ADMIN: 'false' }), {
    code: 2,
    stderr: /not enabled.*\n.*ENABLE_USER_ADMIN=true in \//,
  })
  t.match(await start({ MATRIX_USERS_PANEL_PORT: '0.0.0.0:9001' }), { code: 2, stderr: /MATRIX_USERS_PANEL_PORT/ })
  t.match(await start({ DATA_DIR: '' }), { code: 2, stderr: /DATA_DIR is not set/ })
  t.match(await start({ DATA_DIR: '/no/where' }), { code: 2, stderr: /the folder \/no\/where \(DATA_DIR\) is missing/ })
})

import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { Connections } from '../../src/panel/connections.ts'
import { listenOnLoopback } from '../../src/panel/listen.ts'
import { stop } from '../../src/panel/stop.ts'
import { ask, logIn, panelBed, password } from './bed.ts'

t.test('it serves both addresses of this machine', async (t) => {
  const bed = await panelBed(t)
  const { port } = new URL(bed.url)
  for (const host of ['127.0.0.1', '[::1]'])
    t.equal((await ask(`http://${host}:${port}/login`, { form: { password } })).status, 303, host)
})

t.test('it does not start where another program has either', async (t) => {
  const bed = await panelBed(t)
  for (const [host, shown] of [
    ['::1', /cannot listen on \[::1\]:\d+ \(EADDRINUSE\)\n.*hint: end the program that uses this port/],
    ['127.0.0.1', /cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)/],
    ['::', /EADDRINUSE/],
  ] as const) {
    const other = createServer().listen({ host, port: 0, ipv6Only: host === '::1' })
    await once(other, 'listening')
    const port = String((other.address() as { port: number }).port)
    const env = { ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: port }
    t.match(await bed.runWith({ env }, 'panel'), { code: 2, stdout: '', stderr: shown }, host)
    other.close()
  }
})

t.test('what is wrong with the password file is not said of the port', async (t) => {
  const bed = await panelBed(t)
  const file = `${bed.dataDir}/secrets/adminweb-password.hash`
  const start = () => bed.runWith({ env: { ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' } }, 'panel')
  chmodSync(file, 0o620)
  t.match(await start(), { code: 2, stderr: /others can change the panel password: .*\n.*chmod 600/ })
  renameSync(file, `${file}.old`)
  mkdirSync(file, { mode: 0o700 })
  const { code, stderr } = await start()
  t.equal(code, 2)
  t.notMatch(stderr, /cannot listen|MATRIX_USERS_PANEL_PORT/)
  t.match(stderr, /it is a folder|is not a regular file|EISDIR/)
  rmSync(file, { recursive: true })
  renameSync(`${file}.old`, file)
  chmodSync(file, 0o604)
  const ended = bed.runWith(
    {
      env: { ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' },
      started: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
    },
    'panel',
  )
  t.match(await ended, { code: 0, stderr: /warning: others can read .*chmod 600/ })
})

t.test('SIGTERM drops half-sent requests, and lets the others end', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const { port } = new URL(bed.url)
  const open = async (text: string) => {
    const client = connect(Number(port), '127.0.0.1').on('error', () => {})
    await once(client, 'connect')
    client.write(text)
    return client
  }
  const body = 'Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\np'
  const slow: Socket[] = []
  for (const text of [
    '',
    'POST /login HT',
    'GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow:',
    `POST /login HTTP/1.1\r\n${body}`,
  ])
    slow.push(await open(text))
  bed.hs.faults.onCommand({ line: /create/ }, { kind: 'silent' })
  const sent = login.send('create', { user: 'alice' })
  const asked = () => bed.hs.room.events.find(({ content }) => String(content.body).includes('create-user alice'))
  while (asked() === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  const dropped = Promise.all(slow.map((client) => once(client, 'close')))
  bed.process.kill('SIGTERM')
  await dropped
  t.equal(bed.process.exitCode, null, 'they are dropped while the other is under way')
  await t.rejects(ask(`${bed.url}login`), 'and no new one is taken')
  bed.hs.botSays('the account is there', asked()?.event_id ?? '')
  t.match((await sent).body, /the account is there/)
  const [code] = bed.process.exitCode === null ? await once(bed.process, 'exit') : [bed.process.exitCode]
  t.equal(code, 0)
  t.equal(bed.audit().at(-1)?.action, 'user-op-end')
})

t.test('what does not end is interrupted, and dropped in the end', async (t) => {
  const { servers, port } = await listenOnLoopback(0)
  const connections = new Connections(servers, () => {})
  const client = connect(port, '127.0.0.1').on('error', () => {})
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [server] = servers
  if (server !== undefined) await once(server, 'request')
  const closed = once(client, 'close')
  let interrupted = 0
  const commands = {
    settled: () => new Promise(() => {}),
    interrupt() {
      interrupted += 1
    },
  }
  await stop(connections, commands, { longest: 20, last: 20 })
  await closed
  t.equal(interrupted, 1)
})

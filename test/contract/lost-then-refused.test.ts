import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import type { HttpFault } from '../homeserver/fault-kinds.ts'
import { startSite } from '../login/bed.ts'
import { simulatedBed } from './bed.ts'

/** What was carried out, but its answer did not come through. */
const lost: Record<string, HttpFault> = {
  'a reset': { kind: 'lose-response' },
  'a 502': { kind: 'answer', status: 502, body: { errcode: 'M_UNKNOWN' }, accept: true },
  'a page of a proxy': { kind: 'html', status: 504, accept: true },
  'a body cut off': { kind: 'truncate' },
}

/** What the same request is answered when it is repeated. */
const then: Record<string, HttpFault> = {
  'a limit': { kind: 'limit', retryAfterMs: 3_600_000 },
  'an unknown token': { kind: 'answer', status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } },
  'a refusal': { kind: 'answer', status: 403, body: { errcode: 'M_FORBIDDEN' } },
  'a bad request': { kind: 'answer', status: 400, body: { errcode: 'M_UNKNOWN' } },
  'a failure': { kind: 'answer', status: 500, body: { errcode: 'M_UNKNOWN' } },
  'a page': { kind: 'html', status: 404 },
}

const pairs = Object.entries(lost).flatMap(([first, one]) =>
  Object.entries(then).map(([second, other]) => [`${first}, then ${second}`, one, other] as const),
)

t.test(
  'a post that may have been carried out is never called unsent, whatever its repetition is answered',
  async (t) => {
    for (const [name, first, second] of pairs) {
      const bed = await simulatedBed(t)
      const post = { method: 'PUT', path: /\/send\// }
      bed.hs.faults.on({ ...post, times: 1 }, first)
      bed.hs.faults.on(post, second)
      const { code, stderr } = await bed.run('create', 'alice', '--timeout', '3')
      t.equal(code, 4, `${name}: ${stderr}`)
      t.match(stderr, /may have been sent/, name)
      t.ok(bed.hs.executed.length === 1, name)
    }
  },
)

t.test('a token that may have been issued is looked for by the next run', async (t) => {
  const bed = await simulatedBed(t)
  const post = { method: 'PUT', path: /\/send\// }
  const rules = [
    bed.hs.faults.on({ ...post, times: 1 }, { kind: 'lose-response' }),
    bed.hs.faults.on(post, then['a failure'] as HttpFault),
  ]
  const first = await bed.run('invite', '--timeout', '3')
  t.match(first, { code: 4, stderr: /may have been sent/ })
  for (const rule of rules) rule.remove()
  const [token] = [...bed.hs.tokens.keys()]
  t.equal((await bed.run('invite', '--ensure', '1')).code, 0)
  t.match(readFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, 'utf8'), token)
  t.equal(bed.hs.tokens.size, 1)
})

t.test('a change by the API likewise', async (t) => {
  const bed = await simulatedBed(t, { release: 'tuwunel' })
  bed.hs.addAccount('alice')
  const change = { method: 'PUT', path: /admin\/suspend/ }
  bed.hs.faults.on({ ...change, times: 1 }, { kind: 'lose-response' })
  bed.hs.faults.on(change, then['a refusal'] as HttpFault)
  const { code, stderr } = await bed.run('suspend', 'alice')
  t.equal(code, 4)
  t.match(stderr, /may have been carried out/)
})

t.test('create-admin keeps the password of an account that may have been registered', async (t) => {
  const bed = await simulatedBed(t, { fresh: true })
  const env = { ...bed.env, DATA_DIR: `${t.testdir()}/new` }
  const token = `${bed.hs.consoleToken}\n`
  const create = () => bed.runWith({ env, input: token }, 'create-admin', '--token-file', '-')
  const gone = { kind: 'answer', status: 504, body: { errcode: 'M_UNKNOWN' } } as const
  bed.hs.faults.on(
    { path: /\/register$/, when: ({ body }) => 'auth' in (body as object), times: 1 },
    { ...gone, accept: true },
  )
  bed.hs.faults.on({ path: /\/login$/, times: 1 }, gone)
  t.not((await create()).code, 0)
  t.match(await create(), { code: 0, stdout: /was logged in/ }, 'the next run has the password')
})

t.test('TLS that breaks after the handshake is a lost connection, not a set-up that never worked', async (t) => {
  const bed = await simulatedBed(t)
  const clients = new Set<Socket>()
  const site = await startSite(t, async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray())
    const { method = 'GET', url = '' } = incoming
    const { authorization = '' } = incoming.headers
    const answer = await fetch(`${bed.url.replace(/\/$/, '')}${url}`, {
      method,
      headers: { authorization },
      ...(method === 'GET' ? {} : { body }),
    })
    // A record of application data whose checksum is wrong.
    if (method === 'PUT' && url.includes('/send/'))
      for (const client of clients) client.write(Buffer.from([0x17, 3, 3, 0, 64, ...Array(64).fill(7)]))
    else outgoing.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  })
  const between = createServer((client) => {
    const server = connect(Number(new URL(`https://${site.name}`).port), '127.0.0.1')
    clients.add(client)
    for (const socket of [client, server]) socket.on('error', () => {})
    client.pipe(server).pipe(client)
    client.once('close', () => clients.delete(client) && server.destroy())
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  t.teardown(() => between.close())
  const url = `https://127.0.0.1:${(between.address() as AddressInfo).port}`
  const env = { ...site.env, MATRIX_HS_API: url }
  const { code, stderr } = await bed.runWith({ env }, 'create', 'alice', '--timeout', '3')
  t.equal(code, 4, stderr)
  t.match(stderr, /may have been sent/)
  t.equal(bed.hs.executed.length, 1)
})

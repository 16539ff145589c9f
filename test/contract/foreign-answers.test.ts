import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import t, { type Test } from 'tap'
import { simulatedBed } from './bed.ts'

const html = '<!doctype html><html><body>It works!</body></html>'

async function otherProgram(t: Test, host = '127.0.0.1', port = 0) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  t.teardown(() => server.close())
  return { port: (server.address() as { port: number }).port, requests }
}

t.test('a complete answer that is no Matrix answer is not asked for again', async (t) => {
  const bed = await simulatedBed(t)
  for (const args of [['list'], ['create', 'alice'], ['invite'], ['create-admin']]) {
    const other = await otherProgram(t)
    const env = { MATRIX_HS_API: `http://127.0.0.1:${other.port}`, DATA_DIR: bed.dataDir }
    const { code, stderr } = await bed.runWith({ env }, ...args)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, /not a Matrix answer: an HTML page/)
    t.ok(other.requests.length <= 3, `${args.join(' ')}: ${other.requests.length} requests`)
  }
})

t.test('a port that speaks no HTTP is not asked again', async (t) => {
  const bed = await simulatedBed(t)
  let connections = 0
  const server = createSocketServer((socket) => {
    connections += 1
    socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const env = { MATRIX_HS_API: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
  t.match(await bed.runWith({ env }, 'list'), { code: 2, stderr: /not a Matrix answer: no HTTP/ })
  t.ok(connections <= 3, `${connections} connections`)
})

t.test('localhost is 127.0.0.1: who listens at the same port of [::1] hears nothing', async (t) => {
  const bed = await simulatedBed(t)
  const { port } = new URL(bed.url)
  const neighbour = await otherProgram(t, '::1', Number(port)).catch(() => undefined)
  if (neighbour === undefined) return t.comment('no ::1 here')
  const env = { MATRIX_HS_API: `http://localhost:${port}` }
  t.equal((await bed.runWith({ env }, 'list')).code, 0)
  await bed.hs.stop()
  t.not((await bed.runWith({ env }, 'list')).code, 0)
  t.strictSame(neighbour.requests, [])
})

t.test('an environment in which any certificate would be trusted is refused', async (t) => {
  const bed = await simulatedBed(t)
  for (const args of [['list'], ['create-admin'], ['invite']])
    t.match(await bed.runWith({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, ...args), {
      code: 2,
      stderr: /error: NODE_TLS_REJECT_UNAUTHORIZED is 0/,
    })
  t.equal(bed.hs.requests.length, 0)
})

t.test('answers of odd types are no internal error', async (t) => {
  const odd = [null, 7, 'text', [], [null], [[]], {}, { stages: 7 }, '\uD800', true]
  const fields: [RegExp, string, string[]][] = [
    [/\/versions$/, 'versions', ['create-admin']],
    [/\/register$/, 'flows', ['create-admin']],
    [/\/directory\//, 'room_id', ['list']],
    [/\/messages/, 'chunk', ['list', '--timeout', '1']],
    [/\/joined_members/, 'joined', ['check']],
  ]
  for (const [path, field, args] of fields)
    for (const value of odd) {
      const bed = await simulatedBed(t)
      const status = field === 'flows' ? 401 : 200
      bed.hs.faults.on({ path }, { kind: 'answer', status, body: { session: 's', [field]: value } })
      const env = {
        DATA_DIR: args[0] === 'create-admin' ? `${t.testdirName}/new` : bed.dataDir,
        ADMIN_MATRIX_USER: 'new',
      }
      const { code, stdout, stderr } = await bed.runWith({ env }, ...args)
      t.notMatch(stdout + stderr, /internal error/, `${field} ${JSON.stringify(value)}`)
      t.ok([0, 2, 4].includes(code ?? -1), `${field} ${JSON.stringify(value)}: ${code}`)
    }
})

t.test('create-admin --json is JSON; a failure after the credentials were written says that they were', async (t) => {
  const bed = await simulatedBed(t)
  const env = { DATA_DIR: `${t.testdirName}/new`, ADMIN_MATRIX_PASS: bed.operator.password }
  const rule = bed.hs.faults.on(
    { path: /\/directory\// },
    { kind: 'answer', status: 500, body: { errcode: 'M_UNKNOWN' } },
  )
  const failed = await bed.runWith({ env }, 'create-admin', '--json')
  t.match(failed, {
    code: 2,
    stderr: /@admin:home\.test was logged in and its credentials are in .*, but the homeserver failed/,
  })
  rule.remove()
  const { code, stdout } = await bed.runWith({ env }, 'create-admin', '--json')
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { status: 'valid', user_id: '@admin:home.test', file: /admin-credentials\.env$/ })
})

import t from 'tap'
import { startSite } from '../login/bed.ts'
import { simulatedBed } from './bed.ts'

t.test('3: the homeserver is down, and nothing was sent', async (t) => {
  const bed = await simulatedBed(t)
  const roomId = bed.hs.room.id
  await bed.hs.stop()
  for (const args of [['list'], ['create', 'alice'], ['suspend', 'alice', 'bob'], ['invite'], ['show', 'alice']])
    t.match(await bed.run(...args, '--timeout', '1'), { code: 3, stdout: '', stderr: /cannot reach/ }, args.join(' '))
  const env = { ADMIN_ROOM_ID: roomId }
  t.match(await bed.runWith({ env }, 'suspend', 'alice', 'bob'), { code: 3, stderr: /cannot reach/ }, 'a known room')
  t.match(bed.audit().at(-1), { action: 'user-op-end', rc: 3, outcome: 'unreachable' })
})

t.test('3: a name that does not resolve', async (t) => {
  const bed = await simulatedBed(t)
  const env = { MATRIX_HS_API: 'https://nosuch.invalid' }
  const stderr = /cannot reach .*: the name nosuch\.invalid does not resolve \(E\w+, /
  for (const args of [['list'], ['create', 'alice'], ['create-admin'], ['login', '--with-token']])
    t.match(await bed.runWith({ env, input: '' }, ...args, '--timeout', '1'), { code: 3, stderr }, args.join(' '))
  t.match(await bed.runWith({ input: '' }, 'login', 'nosuch.invalid', '--with-token'), { code: 3, stderr })
})

t.test('2: a certificate that is not trusted, and a server without TLS, are the set-up', async (t) => {
  const bed = await simulatedBed(t)
  const site = await startSite(t, (_request, response) => response.end('{}'))
  const roomId = bed.hs.room.id
  for (const env of [{}, { ADMIN_ROOM_ID: roomId }]) {
    const untrusted = { ...env, MATRIX_HS_API: `https://${site.name}` }
    t.match(await bed.runWith({ env: untrusted }, 'suspend', 'alice'), {
      code: 2,
      stderr: /its TLS certificate is not trusted \(\w+, .*\n.*hint: use a certificate of a public authority/,
    })
    const plain = { ...env, MATRIX_HS_API: bed.url.replace('http:', 'https:') }
    t.match(await bed.runWith({ env: plain }, 'list'), { code: 2, stderr: /does not speak TLS as expected/ })
  }
  t.match(await bed.runWith({ env: { ...site.env, MATRIX_HS_API: `https://${site.name}` } }, 'list'), {
    code: 2,
    stderr: /not a Matrix answer|does not know/,
  })
})

t.test('3: the homeserver is overloaded to the end, and nothing was sent', async (t) => {
  for (const status of [429, 502, 503, 504]) {
    const bed = await simulatedBed(t)
    const body = { errcode: status === 429 ? 'M_LIMIT_EXCEEDED' : 'M_UNKNOWN' }
    const rule = bed.hs.faults.on({ path: /directory/ }, { kind: 'answer', status, body })
    t.equal((await bed.run('list', '--timeout', '1')).code, 3, `${status}: looking for the room`)
    rule.remove()
    bed.hs.faults.on({ method: 'PUT' }, { kind: 'answer', status, body })
    t.equal(
      (await bed.run('list', '--timeout', '1')).code,
      status === 429 ? 3 : 4,
      `${status}: the post may have passed`,
    )
  }
})

t.test('once something was sent it is not 3', async (t) => {
  const bed = await simulatedBed(t)
  const gone = { kind: 'answer', status: 503, body: { errcode: 'M_UNKNOWN' } } as const
  const rule = bed.hs.faults.on({ path: /\/messages/ }, gone)
  t.match(await bed.run('list', '--timeout', '1'), { code: 4, stderr: /was sent/ })
  rule.remove()
  bed.hs.faults.on({ path: /validity/ }, gone)
  const minted = await bed.run('invite', '--timeout', '1')
  t.ok(
    bed.hs.executed.some((line) => JSON.stringify(line).includes('token issue')),
    'a token was asked for',
  )
  t.notOk([0, 3].includes(minted.code ?? 0), minted.stderr)
})

import { writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'

type Test = Parameters<typeof simulatedBed>[0]
const bedOf = (t: Test) => simulatedBed(t, { release: 'tuwunel', people: ['alice', 'bob', 'dora'] })
const api = '/_matrix/client/v1/admin'

t.test('suspend, unsuspend, lock and unlock are requests where the room has no such commands', async (t) => {
  const bed = await bedOf(t)
  const alice = bed.hs.accounts.get('alice')
  for (const [verb, past, suspended, locked, request] of [
    ['suspend', 'suspended', true, false, `PUT ${api}/suspend/@alice:home.test {"suspended":true}`],
    ['lock', 'locked', true, true, `PUT ${api}/lock/@alice:home.test {"locked":true}`],
    ['unlock', 'unlocked', true, false, `PUT ${api}/lock/@alice:home.test {"locked":false}`],
    ['unsuspend', 'unsuspended', false, false, `PUT ${api}/suspend/@alice:home.test {"suspended":false}`],
  ] as const) {
    t.match(await bed.run(verb, 'alice', '--dry-run'), { code: 0, stdout: `${request}\n` })
    t.strictSame(await bed.run(verb, 'alice').then(({ code, stdout, stderr }) => [code, stdout, stderr]), [
      0,
      '',
      `${past} @alice:home.test\n`,
    ])
    t.strictSame([alice?.suspended, alice?.locked], [suspended, locked])
    const again = await bed.run(verb, 'alice', '--json')
    t.match(again, { code: 0, stderr: /note: the account was already \w+/ })
    const shown = { command: request, room_id: null, event_id: null, reply: null, effect: null, redacted: false }
    t.match(JSON.parse(again.stdout), shown)
  }
  t.strictSame(bed.hs.executed, [], 'nothing was posted')
  const ends = bed.audit().filter(({ action }) => action === 'user-op-end')
  t.strictSame(ends.length, 8)
  t.match(ends[0], { op: 'suspend', target: '@alice:home.test', rc: 0, outcome: 'done', source: 'cli' })
})

t.test('continuwuity is moderated in its room only', async (t) => {
  for (const release of ['26.7', '26.8'] as const) {
    const bed = await simulatedBed(t, { release, people: ['alice'] }, t.testdir())
    for (const verb of ['suspend', 'unsuspend', 'lock', 'unlock', 'logout'])
      t.equal((await bed.run(verb, 'alice')).code, 0, `${release}: ${verb}`)
    t.equal(bed.hs.executed.length, 5)
    t.equal(bed.hs.requests.filter(({ method, path }) => method === 'PUT' && /admin\//.test(path)).length, 0)
  }
})

t.test('without an answer to which server it is, the room is asked', async (t) => {
  const bed = await simulatedBed(t, { release: '26.7', people: ['alice'] })
  bed.hs.faults.on(
    { path: /server_version|capabilities/ },
    { kind: 'answer', status: 500, body: { errcode: 'M_UNKNOWN' } },
  )
  t.match(await bed.run('lock', 'alice'), { code: 0 })
  t.strictSame([bed.hs.accounts.get('alice')?.locked, bed.hs.accounts.get('alice')?.suspended], [true, false])
})

t.test('a batch of requests; what is refused for one account is not for the others', async (t) => {
  const bed = await bedOf(t)
  bed.hs.addAccount('gone', { deactivated: true })
  bed.hs.addOperator('carol')
  const { code, stdout, stderr } = await bed.run('suspend', 'alice', 'gone', 'nobody', 'carol', 'bob')
  t.strictSame([code, stdout], [5, ''])
  t.match(stderr, /warning: the homeserver refuses this for @gone:home\.test, which is deactivated/)
  t.match(stderr, /warning: no such account: @nobody:home\.test/)
  t.match(stderr, /warning: @carol:home\.test is an admin/)
  t.match(stderr, /2 of 5 done, 3 failed/)
  t.ok(bed.hs.accounts.get('alice')?.suspended && bed.hs.accounts.get('bob')?.suspended)

  const file = `${bed.dataDir}/list`
  writeFileSync(file, 'alice\nbob\ndora\n')
  t.match(await bed.run('suspend', '--from', file, '--resume'), { code: 0, stderr: /3 of 3 done, 2 were done before/ })
  t.ok(bed.hs.accounts.get('dora')?.suspended)
})

t.test('a request without an answer may have been carried out, and says so', async (t) => {
  const bed = await bedOf(t)
  bed.hs.faults.on({ method: 'PUT', path: /admin\/suspend/ }, { kind: 'hang' })
  const { code, stderr } = await bed.run('suspend', 'alice', '--timeout', '5')
  t.equal(code, 4)
  t.match(stderr, /the request for @alice:home\.test may have been carried out/)
})

t.test('logout ends the sessions by the API that the server has, or is refused', async (t) => {
  const bed = await bedOf(t)
  bed.hs.login('alice')
  bed.hs.login('alice')
  t.match(await bed.run('logout', 'alice'), { code: 0, stderr: /logged out @alice:home\.test/ })
  t.equal(bed.hs.accounts.get('alice')?.devices.size, 0)
  t.match(await bed.run('logout', 'alice'), { code: 0, stderr: /the account had no sessions/ })

  bed.hs.faults.on({ path: /_synapse/ }, { kind: 'answer', status: 404, body: { errcode: 'M_UNRECOGNIZED' } })
  t.match(await bed.run('logout', 'alice'), { code: 2, stderr: /this server cannot end the sessions of an account/ })
  t.match(await bed.run('reset-password', 'alice', '--logout'), {
    code: 2,
    stderr: /cannot end sessions on this server: nothing was sent/,
  })
  t.strictSame(bed.hs.executed, [])
})

t.test('no account is made by resetting a password or by deactivating', async (t) => {
  for (const release of ['26.7', '26.8', 'tuwunel'] as const) {
    const bed = await simulatedBed(t, { release, people: ['alice'] }, t.testdir())
    for (const args of [['reset-password'], ['deactivate', '--yes'], ['reset-password', '--passwords']])
      t.match(await bed.run(...args, 'nobody'), { code: 2, stderr: /error: no such account: @nobody:home\.test/ })
    const { code, stderr } = await bed.run('reset-password', 'alice', 'nobody')
    t.equal(code, 5)
    t.match(stderr, /warning: no such account: @nobody:home\.test/)
    t.match(stderr, /1 not confirmed of 2, 1 failed/)
    t.equal(bed.hs.executed.length, 1)
    t.notOk(bed.hs.accounts.get('nobody'))
  }
})

t.test('a password that brings a deactivated account back is a note', async (t) => {
  const bed = await bedOf(t)
  bed.hs.addAccount('gone', { deactivated: true })
  const { code, stderr } = await bed.run('reset-password', 'gone')
  t.equal(code, 0)
  t.match(stderr, /note: the account was deactivated and is active again/)
})

t.test('check knows an admin of such a server, and an account that is none', async (t) => {
  const bed = await bedOf(t)
  t.match(await bed.run('check'), { code: 0, stdout: /ok +server admin: @admin:home\.test/ })
  bed.hs.room.setMember(bed.operator.mxid, 'leave')
  t.match(await bed.run('check'), { code: 2, stdout: /failed +server admin: @admin:home\.test is not an admin/ })
})

t.test('sessions that cannot be listed were not ended: nothing was sent', async (t) => {
  const bed = await bedOf(t)
  bed.hs.faults.on({ method: 'GET', path: /\/devices/ }, { kind: 'hang' })
  const { code, stderr } = await bed.run('logout', 'alice', '--timeout', '2')
  t.equal(code, 3)
  t.match(stderr, /error: cannot reach the homeserver/)
  t.match(bed.audit().at(-1), { op: 'logout', rc: 3, outcome: 'unreachable' })
})

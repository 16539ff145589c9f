import t from 'tap'
import { simulatedBed } from '../contract/bed.ts'
import type { RoomLine } from '../homeserver/fault-kinds.ts'

const tokens = '/_synapse/admin/v1/registration_tokens'
/** ms: what took quadratic time needed 50 s, and no signal ended it. */
const longest = 20_000

t.test('tokens that a URL would resolve as a dot segment are refused, and never called revoked', async (t) => {
  for (const token of ['.', '..']) {
    const bed = await simulatedBed(t, { kind: 'synapse' })
    const [authorization, body] = [`Bearer ${bed.operator.token}`, JSON.stringify({ token })]
    const { status } = await fetch(`${bed.url}${tokens}/new`, { method: 'POST', headers: { authorization }, body })
    t.equal(status, 200)
    const { code, stdout, stderr } = await bed.run('invite', 'revoke', token)
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, /error: "\.\.?" cannot be part of a request: nothing was sent/)
    t.ok(bed.hs.tokenValid(token), 'it lives, and nothing says otherwise')
    t.notOk(bed.hs.requests.some(({ method }) => method === 'DELETE'))
  }
})

t.test('after a reply without a recognisable token no more are issued, since each would stay behind', async (t) => {
  const bed = await simulatedBed(t)
  const other: RoomLine = { sender: bed.hs.bot, body: 'made up', replies: true }
  bed.hs.faults.onCommand({ line: /token issue/, skip: 1 }, { kind: 'after', lines: [other] })
  const { code, stdout, stderr } = await bed.run('invite', '4')
  t.equal(code, 5)
  t.match(stdout, /minted 1 invite /)
  t.match(stderr, /1 of 4 invites were minted: the new tokens are not recognised/)
  t.equal(bed.hs.executed.filter(({ line }) => line.startsWith('token issue')).length, 2)
})

t.test('60,000 dots in a reply, or slashes in an address, take no time', async (t) => {
  const bed = await simulatedBed(t)
  const started = Date.now()
  const dots: RoomLine = { sender: bed.hs.bot, body: `${'.'.repeat(60_000)}+x`, replies: true }
  bed.hs.faults.onCommand({ line: /token issue/ }, { kind: 'after', lines: [dots] })
  t.match(await bed.run('invite'), { code: 2, stderr: /a new token was not recognised/ })
  bed.hs.faults.clear()
  bed.hs.tokens.clear()
  t.equal((await bed.run('invite')).code, 0)
  bed.hs.publicUrl = `https://home.test${'/'.repeat(60_000)}x`
  t.match(await bed.run('invite', 'take', '--link'), { code: 0, stdout: /^https:/ })
  t.ok(Date.now() - started < longest)
})

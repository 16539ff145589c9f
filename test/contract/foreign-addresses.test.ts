import t from 'tap'
import { simulatedBed } from './bed.ts'
import { lines } from './on-record.ts'

const page = '/_continuwuity/account/register/?flow=trusted&token='

t.test('a base URL that the homeserver names is parsed: what is no base of a link is not used', async (t) => {
  const bed = await simulatedBed(t)
  const forged = 'https://x.example \nmatrix-users: error: forged\u001B]0;pwn\u0007'
  const unusable = [
    forged,
    `https://x.example/${'a'.repeat(3000)}`,
    'https://',
    'https://x.example?query',
    'https://x.example/#fragment',
    'https://x.example?',
    'https://user:password@x.example/',
    'javascript:alert(1)',
  ]
  await bed.run('invite')
  const token = lines(bed)[0]?.split(' ')[0] ?? ''
  for (const base of unusable) {
    bed.hs.publicUrl = base
    const { code, stdout, stderr } = await bed.run('invite', 'take', token.slice(0, 6), '--link')
    t.strictSame([code, stdout, stderr], [0, `https://home.test${page}${token}\n`, ''], base.slice(0, 40))
  }
  bed.hs.publicUrl = `https://x.example/${'a'.repeat(3000)}`
  t.match(await bed.run('invite', 'take', token.slice(0, 6), '--qr'), { code: 0, stdout: /█/, stderr: '' })
  for (const base of ['https://matrix.home.test//', 'HTTPS://matrix.home.test:443']) {
    bed.hs.publicUrl = base
    t.equal(
      (await bed.run('invite', 'take', token.slice(0, 6), '--link')).stdout,
      `https://matrix.home.test${page}${token}\n`,
    )
  }
})

t.test('a room ID of the server that a shell would execute is an error that names it', async (t) => {
  const bed = await simulatedBed(t)
  const asked = { path: /directory\/room/ }
  const rule = bed.hs.faults.on(asked, { kind: 'answer', status: 200, body: { room_id: '!x$(reboot)' } })
  const own = { env: { ADMIN_ROOM_ID: bed.hs.roomId } }
  t.match(await bed.run('list'), {
    code: 2,
    stdout: '',
    stderr: /error: .*#admins:home\.test leads to an invalid room ID: "!x\$\(reboot\)"/,
  })
  t.notMatch((await bed.runWith(own, 'check')).stdout, /ADMIN_ROOM_ID=!x/)
  t.ok(rule.hits >= 2)
  rule.remove()
  bed.hs.faults.on(asked, { kind: 'answer', status: 200, body: { room_id: '!other:home.test' } })
  t.match((await bed.runWith(own, 'check')).stdout, /set ADMIN_ROOM_ID=!other:home\.test, or unset it/)
})

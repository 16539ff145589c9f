import t from 'tap'
import { simulatedBed } from './bed.ts'

const forged = 'done\nmatrix-users: error: forged\rhint: forged\u2028ok       token: forged\u061C\u206A'
const isForged = /^(matrix-users: error|hint|ok {7}token): forged/m

t.test('the bot cannot forge a line of ours, and floods nobody', async (t) => {
  const bed = await simulatedBed(t)
  const lines = [{ sender: bed.hs.bot, body: forged, times: 40 }]
  bed.hs.faults.onCommand({}, { kind: 'after', lines })
  bed.hs.faults.onCommand({}, { kind: 'delay', ms: 200 })
  const { code, stderr } = await bed.run('create', 'alice')
  t.equal(code, 0)
  t.match(
    stderr,
    /^bot: done\nbot: matrix-users: error: forged\\x0dhint: forged\\u2028ok {7}token: forged\\u061c\\u206a$/m,
  )
  t.notMatch(stderr, isForged)
  t.equal(stderr.match(/^bot: done$/gm)?.length, 20)
  t.match(stderr, /^bot: \(20 more messages were left out\)$/m)
})

t.test('a long line of the bot is shortened', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({}, { kind: 'after', lines: [{ sender: bed.hs.bot, body: 'x'.repeat(50_000) }] })
  const { stderr } = await bed.run('create', 'alice')
  t.match(stderr, /^bot: x{2000}… \(50000 characters\)$/m)
})

t.test('no version and no room id of the server forges a line of check', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on(
    { path: /\/versions$/ },
    { kind: 'answer', status: 200, body: { versions: ['v1', null, 7, `v1.9\nok       token: forged\u202E`] } },
  )
  bed.hs.faults.on(
    { path: /\/directory\// },
    { kind: 'answer', status: 200, body: { room_id: '!a\nok       token: forged' } },
  )
  const { stdout, stderr } = await bed.run('check')
  t.match(stdout, /^ok {7}server reachable: .*v1\.9\\nok {7}token: forged\\u202e$/m)
  t.notMatch(stdout + stderr, isForged)
  const list = await bed.run('list')
  t.notMatch(list.stdout + list.stderr, isForged)
})

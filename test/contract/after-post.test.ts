import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { answer } from '../homeserver/respond.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { names } from './pupils.ts'

/** A page of the room with so many events that no program expects it. */
function flood({ hs }: SimulatedBed) {
  const event = { event_id: '$e', type: 'm.room.message', sender: '@x:home.test', content: { body: 'x' } }
  const chunk = Array.from({ length: 200_000 }, (_event, at) => ({ ...event, event_id: `$e${at}` }))
  hs.faults.on({ path: /\/messages/ }, { kind: 'answer', status: 200, body: { chunk, start: 's' } })
}

t.test('whatever fails after the post, the command was sent: 4, with the event and an end in the log', async (t) => {
  const bed = await simulatedBed(t)
  flood(bed)
  const { code, stderr } = await bed.run('create', 'alice', '--timeout', '3')
  t.equal(code, 4)
  t.match(stderr, /error: .*the command was sent \(event \$\S+\)/)
  t.notMatch(stderr, /defect|^ +at /m)
  t.match(bed.audit(), [{ action: 'user-op-start' }, { action: 'user-op-end', rc: 4, outcome: 'no reply' }])
})

t.test('in a batch, what was posted is in the failed file', async (t) => {
  const bed = await simulatedBed(t)
  flood(bed)
  const file = `${bed.dataDir}/left`
  const { code, stderr } = await bed.run('create', ...names(6), '--timeout', '3', '--failed', file)
  t.equal(code, 5)
  t.match(stderr, /because the batch stopped:\n +.*the command was sent/)
  const posted = bed.hs.room.events.filter(({ content }) => /create-user/.test(String(content.body)))
  t.ok(posted.length > 0)
  t.equal(
    readFileSync(file, 'utf8'),
    names(6)
      .map((name) => `${name}\n`)
      .join(''),
  )
  const ends = bed.audit().filter(({ action }) => action === 'user-op-end')
  t.equal(ends.length, posted.length)
  t.ok(ends.every(({ rc }) => rc === 4))
})

t.test('JSON is whole, whatever fails after the reply', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ path: /admin\/suspend/, skip: 1 }, { kind: 'answer', status: 200, body: [] })
  const { code, stdout } = await bed.run('create', 'alice', '--json')
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { effect: null, redacted: true })
})

t.test('two commands of one event id cannot be told apart, and none is taken for the other', async (t) => {
  const bed = await simulatedBed(t)
  const act = (response: ServerResponse, carryOut: () => unknown) => {
    carryOut()
    answer(response, { status: 200, body: { event_id: '$the-same' } })
  }
  bed.hs.faults.on({ method: 'PUT', path: /\/send\//, skip: 1 }, { kind: 'act', act })
  const { code, stdout, stderr } = await bed.run('create', ...names(3), '--timeout', '2')
  t.equal(code, 5)
  t.match(stdout, /pupil0/)
  t.notMatch(stdout, /pupil[12]/)
  t.match(stderr, /the command was sent, but the homeserver gave it the event ID of another message \(\$the-same\)/)
  const [starts, ends] = ['start', 'end'].map((which) =>
    bed.audit().filter(({ action }) => action === `user-op-${which}`),
  )
  t.equal(ends?.length, starts?.length)
})

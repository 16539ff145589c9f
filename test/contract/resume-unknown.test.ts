import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { leaveUnread, names, repliesOf } from './pupils.ts'
import { objects } from './stdout-lines.ts'

const bodies = ({ hs }: SimulatedBed) => hs.room.events.map(({ content }) => String(content.body))
const passwordOf = ({ hs }: SimulatedBed, name: string) => hs.accounts.get(name)?.password ?? '?'

t.test(
  'on a server that says no state, --resume shows what stands unread, posts nothing and removes nothing',
  async (t) => {
    const bed = await simulatedBed(t)
    await leaveUnread(bed, 'pupil0', 'pupil1')
    bed.hs.faults.stateEndpoint = false
    const file = `${bed.dataDir}/pupils`
    writeFileSync(file, names(3).join('\n'))
    const before = bodies(bed)
    const { code, stdout, stderr } = await bed.run('create', '--from', file, '--resume')
    t.equal(code, 5)
    const replies = repliesOf(stdout)
    t.strictSame([...replies.keys()], ['@pupil0:home.test', '@pupil1:home.test'])
    for (const name of ['pupil0', 'pupil1']) {
      t.ok(replies.get(`@${name}:home.test`)?.includes(passwordOf(bed, name)), `${name} is shown`)
      t.ok(bed.hs.room.text().includes(passwordOf(bed, name)), `${name} is still in the room`)
    }
    t.strictSame(bodies(bed), before, 'nothing was posted')
    t.notOk(bed.hs.accounts.has('pupil2'))
    for (const name of names(3))
      t.match(stderr, `@${name}:home.test: the server does not say if the command took effect`)
    t.match(stderr, /0 of 3 done, 3 unknown\n/)
    t.strictSame(
      readFileSync(`${file}.failed`, 'utf8'),
      names(3)
        .map((name) => `${name}\n`)
        .join(''),
    )
  },
)

t.test('one question that fails holds back everything, and the next run continues', async (t) => {
  const bed = await simulatedBed(t)
  await leaveUnread(bed, 'pupil0', 'pupil1')
  const answer = { kind: 'answer', status: 500, body: { errcode: 'M_UNKNOWN' } } as const
  const rule = bed.hs.faults.on({ path: /admin\/suspend\/.*pupil1/ }, answer)
  const before = bodies(bed)
  const { code, stdout, stderr } = await bed.run('create', ...names(3), '--resume', '--json')
  t.equal(code, 5)
  const shown = objects(stdout)
  t.match(shown, [
    { user: '@pupil0:home.test', effect: null, redacted: false },
    { user: '@pupil1:home.test', effect: null, redacted: false },
  ])
  t.match(stderr, /1 of 3 done, 1 were done before, 1 unknown, 1 not sent\n/)
  t.strictSame(bodies(bed), before)
  rule.remove()
  const next = await bed.run('create', ...names(3), '--resume')
  t.match(next, { code: 0, stderr: /3 of 3 done, 2 were done before/ })
  for (const name of names(3)) {
    t.ok(next.stdout.includes(passwordOf(bed, name)), name)
    t.notOk(bed.hs.room.text().includes(passwordOf(bed, name)), name)
  }
})

t.test('what holds no secret is not repeated on a guess either', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(2)) bed.hs.addAccount(name)
  bed.hs.faults.stateEndpoint = false
  t.match(await bed.run('suspend', ...names(2), '--resume'), {
    code: 5,
    stdout: '',
    stderr: /a repeated command could take effect twice/,
  })
  t.equal(bed.hs.executed.length, 0)
  t.notOk(existsSync(`${bed.dataDir}/pupils.failed`))
})

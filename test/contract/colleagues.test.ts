import t from 'tap'
import type { RoomLine } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'

const file = { kind: 'reply-as-file' } as const

t.test("a colleague's commands and replies around ours, in text and as files", async (t) => {
  const around: [string, 'before' | 'after', boolean, boolean][] = []
  for (const when of ['before', 'after'] as const)
    for (const theirs of [false, true]) for (const ours of [false, true]) around.push(['', when, theirs, ours])
  for (const [, when, theirsIsFile, oursIsFile] of around)
    await t.test(
      `${when}, theirs a ${theirsIsFile ? 'file' : 'text'}, ours a ${oursIsFile ? 'file' : 'text'}`,
      async (t) => {
        const bed = await simulatedBed(t, { delayMs: 10 })
        const other = bed.hs.addOperator('carol')
        const lines: RoomLine[] = [{ sender: other.mxid, body: '!admin users create-user theirs' }]
        bed.hs.faults.onCommand({ line: /list-users/, times: 1 }, { kind: when, lines })
        if (theirsIsFile) bed.hs.faults.onCommand({ line: /theirs/ }, file)
        if (oursIsFile) bed.hs.faults.onCommand({ line: /list-users/ }, file)
        const { code, stdout } = await bed.run('list')
        t.equal(code, 0)
        t.ok(stdout.includes('@admin:home.test'), 'the list')
        t.notOk(stdout.includes(bed.hs.accounts.get('theirs')?.password ?? '?'), 'not their reply')
      },
    )
})

t.test('a colleague replies to our line, and the bot later', async (t) => {
  const bed = await simulatedBed(t)
  const other = bed.hs.addOperator('carol')
  const lines: RoomLine[] = [{ sender: other.mxid, body: 'what is this?', replies: true }]
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'after', lines })
  const { code, stdout } = await bed.run('list')
  t.equal(code, 0)
  t.ok(stdout.includes('@admin:home.test'))
  t.notOk(stdout.includes('what is this?'))
})

t.test('hundreds of messages between our command and its reply', async (t) => {
  for (const asFile of [false, true]) {
    const bed = await simulatedBed(t)
    const other = bed.hs.addOperator('carol')
    bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'after', lines: [{ sender: other.mxid, times: 700 }] })
    if (asFile) bed.hs.faults.onCommand({ line: /list-users/ }, file)
    t.match(await bed.run('list'), { code: 0, stdout: /@admin:home\.test/ })
  }
})

t.test('a file of a command that waited long before ours is not taken for ours', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 30 })
  const other = bed.hs.addOperator('carol')
  bed.hs.faults.onCommand({ line: /early/ }, file)
  for (let number = 0; number < 5; number++) bed.hs.post(other.mxid, `!admin users create-user early${number}`)
  const { code, stdout } = await bed.run('run', '--', '--version')
  t.equal(code, 0, 'its reply came')
  for (let number = 0; number < 5; number++)
    t.notOk(stdout.includes(bed.hs.accounts.get(`early${number}`)?.password ?? '?'), `early${number}`)
})

t.test('replies that were redacted by us or by others', async (t) => {
  const bed = await simulatedBed(t)
  const other = bed.hs.addOperator('carol')
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'reply-redacted', by: other.mxid })
  const { code, stdout, stderr } = await bed.run('list', '--timeout', '3')
  t.equal(code, 4)
  t.equal(stdout, '')
  t.match(stderr, /the reply was redacted before it could be read/)
})

t.test('without relations nothing is guessed', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.relations = false
  t.match(await bed.run('list', '--timeout', '2'), { code: 4, stdout: '' })
})

t.test('two operators at work at once see their own replies only', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 3 })
  const names = Array.from({ length: 40 }, (_, number) => `user-${number}`)
  const waiting = [...names]
  const results = new Map<string, Awaited<ReturnType<typeof bed.run>>>()
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      results.set(name, await bed.run('create', name))
  }
  await Promise.all([work(), work(), work(), work()])
  t.equal(bed.hs.executed.length, names.length)
  for (const [name, { code, stdout }] of results) {
    const passwords = names.filter((other) => stdout.includes(bed.hs.accounts.get(other)?.password ?? '?'))
    t.strictSame([code, passwords], [0, [name]], name)
  }
})

t.test('an operator who was invited joins; one who was not is told why', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.room.setMember(bed.operator.mxid, 'leave')
  const refused = await bed.run('list')
  t.equal(refused.code, 2)
  t.match(refused.stderr, /cannot join it/)
  bed.hs.room.setMember(bed.operator.mxid, 'invite', bed.hs.bot)
  t.equal((await bed.run('list')).code, 0)
})

t.test('the room after an upgrade: the bot is the creator of the one before', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.upgradeRoom()
  t.equal((await bed.run('list')).code, 0)
  t.equal((await bed.runWith({ env: { ADMIN_ROOM_ID: bed.hs.roomId } }, 'list')).code, 0)
  t.match(await bed.runWith({ env: { ADMIN_ROOM_ID: '!nosuch' } }, 'list'), { code: 2, stderr: /ADMIN_ROOM_ID/ })
})

import t from 'tap'
import type { Release } from '../homeserver/index.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'

const settings = ['tuwunel', 'tuwunel-chain', 'tuwunel-threads'] as const
const splitting = ['tuwunel-chain', 'tuwunel-threads'] as const
const accounts = 3000

const idsIn = (text: string) => text.match(/@[^\s]+:home\.test/g) ?? []
const parts = ({ hs }: SimulatedBed) =>
  hs.room.events.filter(({ sender, content }) => sender === hs.bot && 'body' in content)
const bedOf = (t: Test, release: Release) => simulatedBed(t, { release, accounts })
type Test = Parameters<typeof simulatedBed>[0]

for (const release of settings)
  t.test(`${release}: a long list is relayed whole`, async (t) => {
    const bed = await bedOf(t, release)
    const { code, stdout } = await bed.run('list')
    t.equal(code, 0)
    const expected = bed.hs.listed
    t.strictSame(idsIn(stdout).sort(), expected)
    const ids = await bed.run('list', '--ids')
    t.strictSame([ids.code, ids.stdout.trimEnd().split('\n').sort()], [0, expected])
  })

for (const release of splitting) {
  t.test(`${release}: half a reply is never a whole one`, async (t) => {
    const bed = await bedOf(t, release)
    let go = () => {}
    bed.hs.betweenParts(/list-users/, () => new Promise((resolve) => (go = resolve)))
    const half = await bed.run('list', '--timeout', '6')
    t.equal(half.code, 4)
    t.match(half.stderr, /error: the reply may be incomplete/)
    const shown = idsIn(half.stdout).length
    t.ok(shown > 100 && shown < accounts, `${shown} of ${accounts} are shown`)
    go()
    bed.hs.betweenParts(/list-users/, () => {})
  })

  t.test(`${release}: part of a list is not data`, async (t) => {
    const bed = await bedOf(t, release)
    let go = () => {}
    bed.hs.betweenParts(/list-users/, () => new Promise((resolve) => (go = resolve)))
    t.match(await bed.run('list', '--ids', '--timeout', '6'), { code: 4, stdout: '' })
    go()
  })

  t.test(`${release}: a reply whose later part cannot be built, or was removed, is not whole`, async (t) => {
    const unbuildable = await bedOf(t, release)
    unbuildable.hs.faults.onCommand({ line: /list-users/ }, { kind: 'reply-unbuildable', after: 1 })
    t.match(await unbuildable.run('list'), { code: 4, stderr: /may be incomplete/ })

    const removed = await bedOf(t, release)
    removed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'silent', execute: true })
    removed.hs.onCommand('executed', /list-users/, () => {
      const { hs } = removed
      const command = hs.executed.at(-1)?.eventId ?? ''
      const say = (body: string, before: string) =>
        release === 'tuwunel-threads' ? hs.botSaysInThread(body, command) : hs.botSays(body, before)
      const first = say(`${'@first:home.test\n'.repeat(1000)}`, command)
      const second = say(`${'@second:home.test\n'.repeat(1000)}`, first)
      say('@third:home.test', second)
      hs.room.redact(second, removed.operator.mxid)
    })
    t.match(await removed.run('list'), { code: 4, stderr: /may be incomplete/ })
  })

  t.test(`${release}: a colleague's split replies are not mixed with ours`, async (t) => {
    const bed = await bedOf(t, release)
    const other = bed.hs.addOperator('carol')
    let asked = false
    bed.hs.betweenParts(/list-users/, () => {
      if (!asked) bed.hs.post(other.mxid, '!admin users list-users')
      asked = true
    })
    bed.hs.post(other.mxid, '!admin users list-users')
    bed.hs.post(other.mxid, '!admin users list-users')
    const { code, stdout } = await bed.run('list')
    t.equal(code, 0)
    t.equal(idsIn(stdout).length, accounts + 2)
    t.equal(new Set(idsIn(stdout)).size, accounts + 2)
  })

  t.test(`${release}: a secret is removed from every part`, async (t) => {
    const bed = await bedOf(t, release)
    const { code, stdout, stderr } = await bed.run('run', '--secret', '--', 'users', 'list-users')
    t.equal(code, 0, stderr)
    t.equal(idsIn(stdout).length, accounts + 1)
    t.equal(
      idsIn(
        parts(bed)
          .map(({ content }) => content.body)
          .join('\n'),
      ).length,
      0,
    )
  })

  t.test(`${release}: a part that cannot be removed is named`, async (t) => {
    const bed = await bedOf(t, release)
    bed.hs.faults.on(
      { path: /\/redact\//, times: 1 },
      { kind: 'answer', status: 403, body: { errcode: 'M_FORBIDDEN' } },
    )
    const { code, stderr } = await bed.run('run', '--secret', '--', 'users', 'list-users')
    t.equal(code, 0)
    t.equal(stderr.match(/stays in the admin room/g)?.length, 1)
    t.ok(
      idsIn(
        parts(bed)
          .map(({ content }) => content.body)
          .join('\n'),
      ).length < accounts,
    )
  })
}

t.test('a command in the thread of ours is answered there, and that is not our reply', async (t) => {
  for (const release of settings) {
    const bed = await simulatedBed(t, { release, delayMs: 20 }, t.testdir())
    const other = bed.hs.addOperator('carol')
    bed.hs.onCommand('posted', /create-user ours/, () => {
      const ours = bed.hs.room.events.at(-1)?.event_id ?? ''
      bed.hs.postInThread(other.mxid, '!admin users create-user theirs', ours)
    })
    const { code, stdout } = await bed.run('create', 'ours')
    t.equal(code, 0)
    await bed.hs.idle()
    t.ok(stdout.includes(bed.hs.accounts.get('ours')?.password ?? '?'), 'our password')
    t.notOk(stdout.includes(bed.hs.accounts.get('theirs')?.password ?? '?'), 'not theirs')
  }
})

t.test(
  'only a server that splits replies is asked for an end, and only where the reply may have filled an event',
  async (t) => {
    for (const [release, people, expected] of [
      ['26.7', 900, 1],
      ['26.8', 900, 1],
      ['tuwunel', 900, 2],
      ['tuwunel-chain', 900, 2],
      ['tuwunel-chain', 300, 1],
      ['tuwunel-threads', 300, 1],
    ] as const) {
      const bed = await simulatedBed(t, { release, accounts: people }, t.testdir())
      t.equal((await bed.run('list')).code, 0)
      t.equal(bed.hs.executed.length, expected, `${release}, ${people} accounts`)
      const questions = bed.hs.requests.filter(({ path }) => /server_version/.test(path)).length
      t.equal(questions, people > 500 ? 1 : 0, `${release}, ${people} accounts: which server it is`)
      t.equal((await bed.run('create', 'alice')).code, 0)
      t.equal(bed.hs.executed.length, expected + 1, `${release}, a short reply`)
    }
  },
)

t.test('the same behind a proxy that passes on nothing but what the specification names', async (t) => {
  const bed = await bedOf(t, 'tuwunel-chain')
  bed.hs.faults.on({ path: /server_version/ }, { kind: 'html', status: 404 })
  const { code, stdout } = await bed.run('list')
  t.strictSame([code, idsIn(stdout).length], [0, accounts + 1])
})

import { writeFileSync } from 'node:fs'
import t from 'tap'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'

const effectOf = (stdout: string) => JSON.parse(stdout).effect

/** Questions about accounts since the last call. */
function asked({ hs }: SimulatedBed): string[] {
  const questions = hs.requests.splice(0).filter(({ method }) => method === 'GET')
  const paths = questions.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)
  return paths.filter((path) => /admin\/|available|joined_members|_synapse/.test(path))
}

t.test('deactivating is done, again and again it is not', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const first = await bed.run('deactivate', 'alice', '--yes', '--json')
  t.equal(first.code, 0)
  t.equal(effectOf(first.stdout), true)
  const second = await bed.run('deactivate', 'alice', '--yes', '--json')
  t.equal(second.code, 0)
  t.equal(effectOf(second.stdout), null)
  t.match(second.stderr, /note: the account was already deactivated/)
  const missing = await bed.run('deactivate', 'nobody', '--yes', '--json')
  t.equal(missing.code, 2)
  t.match(missing.stderr, /error: no such account: @nobody:home\.test \(nothing was sent\)/)
  t.equal(bed.hs.executed.length, 2)
})

const noEffect = { code: 1, stderr: /no effect: the account is deactivated/ }
const refused = { code: 2, stderr: /refuses this for @alice:home\.test, which is deactivated/ }
/** Where the server's API suspends and locks, and the password of a deactivated account brings it back. */
const byApi: Record<string, { code: number; stderr: RegExp }> = {
  logout: { code: 0, stderr: /note: the account had no sessions/ },
  'reset-password': { code: 0, stderr: /note: the account was deactivated and is active again/ },
}

t.test(
  'what is done to a deactivated account has no effect, and why is said; to a missing one nothing is',
  async (t) => {
    const bed = await simulatedBed(t)
    const alice = bed.hs.addAccount('alice')
    for (const operation of ['suspend', 'unsuspend', 'lock', 'unlock', 'logout', 'reset-password']) {
      alice.deactivated = true
      const expected = bed.hs.release.moderatesInRoom ? noEffect : (byApi[operation] ?? refused)
      t.match(await bed.run(operation, 'alice'), expected, operation)
      const before = bed.hs.executed.length
      t.match(await bed.run(operation, 'nobody'), { code: 2, stderr: /no such account/ }, operation)
      t.equal(bed.hs.executed.length, before, operation)
    }
    alice.deactivated = true
    t.match(await bed.run('create', 'alice'), { code: 1, stderr: /deactivated; its name cannot be used again/ })
  },
)

t.test('an account of another server is refused as such', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const { code, stderr } = await bed.run('suspend', '@alice:other.test')
  t.equal(code, 2)
  t.match(
    stderr,
    /"@alice:other\.test" belongs to other\.test, and this server is home\.test\n.*hint: use an account of home\.test/,
  )
  t.equal(bed.hs.executed.length, 0)
})

t.test('the name of another admin is taken, and the refusal stays in the room', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addOperator('carol')
  const { code, stdout, stderr } = await bed.run('create', 'carol', '--json')
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { effect: false, redacted: false })
  t.match(stderr, /no effect: the name was taken/)
})

t.test('make-admin of who is an admin is a note, of who is not there is refused', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addOperator('carol')
  bed.hs.addAccount('alice')
  bed.hs.addAccount('dora').deactivated = true
  t.match(await bed.run('make-admin', 'alice', '--yes', '--json'), { code: 0, stdout: /"effect":true/ })
  t.match(await bed.run('make-admin', 'carol', '--yes', '--json'), {
    code: 0,
    stdout: /"effect":null/,
    stderr: /note: the account was already an admin/,
  })
  t.match(await bed.run('make-admin', 'dora', '--yes'), { code: 2, stderr: /is deactivated: only an active account/ })
  t.match(await bed.run('make-admin', 'nobody', '--yes'), { code: 2, stderr: /no such account/ })
  // In the admin room already, before there is an account of that name.
  bed.hs.room.setMember('@later:home.test', 'join')
  t.match(await bed.run('make-admin', 'later', '--yes'), { code: 2, stderr: /no such account/ })
})

t.test('deactivating another admin is done, and seen', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addOperator('carol')
  t.match(await bed.run('deactivate', 'carol', '--yes', '--json'), { code: 0, stdout: /"effect":true/ })
})

t.test('an operator who is not an admin is not taken for an account that is one', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.room.setMember(bed.operator.mxid, 'leave')
  const seen = await atTerminal([...command, 'make-admin', 'alice'], bed.env, [['to confirm:', '@alice:home.test']])
  t.match(seen, { code: 2, text: /cannot tell if @alice:home\.test exists/ })
  const { code: checked, stdout } = await bed.run('check')
  t.equal(checked, 2)
  t.match(stdout, /server admin.*@admin:home.test is no/)
})

t.test('--resume deactivates the rest only', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of ['alice', 'bob', 'dora']) bed.hs.addAccount(name)
  const file = `${bed.dataDir}/leavers`
  writeFileSync(file, 'alice\nbob\ndora\n')
  await bed.run('deactivate', 'bob', '--yes')
  const before = bed.hs.executed.length
  const { code, stderr } = await bed.run('deactivate', '--from', file, '--yes', '--resume')
  t.equal(code, 0)
  t.match(stderr, /3 of 3 done, 1 were done before/)
  const lines = bed.hs.executed.slice(before).map(({ line }) => line)
  t.strictSame(lines.filter((line) => /deactivate/.test(line)).sort(), [
    'users deactivate @alice:home.test',
    'users deactivate @dora:home.test',
  ])
})

t.test('a state is asked for once before and once after, and nothing besides where that tells', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.requests.splice(0)
  await bed.run('suspend', 'alice')
  const state = 'GET /_matrix/client/v1/admin/suspend/%40alice%3Ahome.test'
  // Whether it is an admin, whom the server would not suspend, is asked beside it.
  const members = (path: string) => path.includes('joined_members')
  const paths = asked(bed)
  t.strictSame([paths.filter(members).length, paths.filter((path) => !members(path))], [1, [state, state]])
  await bed.run('create', 'bob')
  t.strictSame(asked(bed), [
    state.replace('alice', 'bob'),
    'GET /_matrix/client/v3/register/available',
    state.replace('alice', 'bob'),
  ])
})

t.test('a name about which the server does not say whether it is free is unknown', async (t) => {
  const bed = await simulatedBed(t)
  for (const errcode of ['M_EXCLUSIVE', 'M_INVALID_USERNAME', 'M_FORBIDDEN']) {
    const fault = { kind: 'answer', status: 400, body: { errcode, error: 'no' } } as const
    const rule = bed.hs.faults.on({ path: /register\/available/ }, fault)
    const posted = { code: 0, stdout: /"effect":null/ }
    const asked = { code: 2, stdout: '', stderr: /the homeserver refuses this for @nobody:home\.test/ }
    t.match(await bed.run('suspend', 'nobody', '--json'), bed.hs.release.moderatesInRoom ? posted : asked, errcode)
    t.ok(rule.hits > 0, 'asked')
    rule.remove()
  }
})

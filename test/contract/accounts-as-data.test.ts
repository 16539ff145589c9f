import t from 'tap'
import { releaseFacts } from '../homeserver/releases.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { lines, sorted } from './stdout-lines.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'

/** An account in each state. */
function everyState({ hs }: SimulatedBed): void {
  hs.addAccount('alice')
  hs.addAccount('sam').suspended = true
  hs.addAccount('lou').locked = true
  Object.assign(hs.addAccount('both'), { suspended: true, locked: true })
  hs.addAccount('dora').deactivated = true
  hs.addOperator('carol')
}

const { hidesAdmins, hidesDeactivated, hidesOneself, listsDeactivated } = releaseFacts()
// What this release says about another admin, and about the bot.
const [carol, bot] = hidesAdmins ? ['unknown', 'unknown'] : ['active', 'deactivated']
const theBot = '@conduit:home.test'
/** What the list says of those that some servers leave out. */
const whereListed = (...rows: string[]) => (listsDeactivated ? rows : [])

t.test('list --state says what state each account is in, and who is an admin', async (t) => {
  const bed = await simulatedBed(t)
  everyState(bed)
  const { code, stdout, stderr } = await bed.run('list', '--state')
  t.equal(code, 0)
  t.equal(stderr, '')
  t.strictSame(sorted(stdout), [
    `@admin:home.test\t${hidesOneself ? 'unknown' : 'active'}\tyes`,
    '@alice:home.test\tactive\tno',
    '@both:home.test\tsuspended, locked\tno',
    `@carol:home.test\t${carol}\tyes`,
    ...whereListed(`${theBot}\tserver bot\tyes`, '@dora:home.test\tdeactivated\tno'),
    '@lou:home.test\tlocked\tno',
    '@sam:home.test\tsuspended\tno',
  ])
  t.strictSame(bed.audit(), [], 'nothing is recorded')
})

t.test('list --state --json is an array, null where the server does not say it', async (t) => {
  const bed = await simulatedBed(t)
  everyState(bed)
  const { stdout } = await bed.run('list', '--state', '--json')
  const order = JSON.parse(stdout).map((account: { user_id: string }) => account.user_id)
  t.strictSame(order, order.toSorted(), 'sorted by user ID')
  const byId = new Map(JSON.parse(stdout).map((one: { user_id: string }) => [one.user_id, one]))
  const account = (name: string) => byId.get(`@${name}:home.test`)
  t.strictSame(Object.keys(account('alice') as object), [
    'user_id',
    'state',
    'suspended',
    'locked',
    'deactivated',
    'admin',
    'bot',
  ])
  t.match(account('alice'), { state: 'active', suspended: false, locked: false, deactivated: false, admin: false })
  t.match(account('conduit'), listsDeactivated ? { state: bot, bot: true } : undefined)
  t.match(account('admin'), { bot: false })
  t.match(account('both'), { suspended: true, locked: true, deactivated: false })
  const dora = { state: 'deactivated', suspended: null, locked: null, deactivated: true, admin: false }
  t.match(account('dora'), listsDeactivated ? dora : undefined)
  if (hidesAdmins)
    t.match(account('carol'), { state: 'unknown', suspended: null, locked: null, deactivated: null, admin: true })
})

t.test('--only chooses, with --state, --ids and --json', async (t) => {
  const bed = await simulatedBed(t)
  everyState(bed)
  const ids = async (only: string) =>
    sorted((await bed.run('list', '--ids', '--only', only)).stdout).filter((id) => id !== '')
  t.strictSame(await ids('suspended'), ['@both:home.test', '@sam:home.test'])
  t.strictSame(await ids('locked'), ['@both:home.test', '@lou:home.test'])
  t.strictSame(await ids('admin'), ['@admin:home.test', '@carol:home.test', ...whereListed('@conduit:home.test')])
  t.ok((await ids('active')).includes('@alice:home.test'))
  t.strictSame(await ids('deactivated'), whereListed('@dora:home.test'), 'the bot was not deactivated')
  t.equal((await bed.run('list', '--only', 'locked')).stdout.includes('@lou:home.test\tlocked\tno\n'), true)
  t.match(JSON.parse((await bed.run('list', '--only', 'suspended', '--json')).stdout), { length: 2 })
  t.strictSame(JSON.parse((await bed.run('list', '--ids', '--only', 'suspended', '--json')).stdout).sort(), [
    '@both:home.test',
    '@sam:home.test',
  ])
  const { stdout } = await bed.run('list', '--ids', '--only', 'suspended')
  t.match(await bed.runWith({ input: stdout }, 'unsuspend', '--from', '-'), { code: 0, stderr: /2 of 2 done/ })
})

t.test('show says what the API says, and posts nothing', async (t) => {
  const bed = await simulatedBed(t)
  everyState(bed)
  Object.assign(bed.hs.accounts.get('sam') ?? {}, { displayName: 'Sam\n@evil:home.test\tactive\u001B[31m\u202E' })
  const before = bed.hs.room.events.length
  const alice = bed.hs.accounts.get('alice')?.displayName
  const { code, stdout } = await bed.run('show', 'alice', '@sam:home.test', 'dora', 'alice')
  t.equal(code, 0)
  t.strictSame(lines(stdout), [
    `@alice:home.test\tactive\tno\t${alice}`,
    '@sam:home.test\tsuspended\tno\tSam\\n@evil:home.test\\tactive\\x1b[31m\\u202e',
    '@dora:home.test\tdeactivated\tno\t',
  ])
  const missing = await bed.run('show', 'alice', 'nobody', '--json')
  t.match(missing, { code: 1, stderr: 'matrix-users: warning: no such account: @nobody:home.test\n' })
  t.match(JSON.parse(missing.stdout), [
    { user_id: '@alice:home.test', state: 'active', display_name: alice },
    { user_id: '@nobody:home.test', state: 'missing', deactivated: false, admin: false, display_name: null },
  ])
  t.equal(bed.hs.room.events.length, before, 'nothing was posted')
  t.strictSame(bed.audit(), [], 'nothing is recorded')
})

t.test(
  'the bot is called so by show, and by nothing where the server does not say who made the admin room',
  async (t) => {
    const bed = await simulatedBed(t)
    t.match(await bed.run('show', theBot), { code: 0, stdout: `${theBot}\tserver bot\tyes` })
    bed.hs.faults.on(
      { path: /m\.room\.create/ },
      { kind: 'answer', status: 404, body: { errcode: 'M_NOT_FOUND', error: '' } },
    )
    const { stdout } = await bed.run('show', theBot, '--json')
    t.match(JSON.parse(stdout), [{ admin: true, bot: null }])
  },
)

t.test('historical user IDs are listed and shown', async (t) => {
  const bed = await simulatedBed(t)
  const names = ['Alice', 'a/b=c', '!#$%&()*,;<>?[]^{|}~', '=F', '.']
  for (const name of names) bed.hs.addAccount(name)
  const all = sorted((await bed.run('list', '--ids')).stdout)
  for (const name of names) t.ok(all.includes(`@${name}:home.test`), name)
  const { code, stdout } = await bed.run('show', '@Alice:home.test', '--', '@!#$%&()*,;<>?[]^{|}~:home.test')
  t.equal(code, 0)
  t.match(
    lines(stdout).map((line) => line.split('\t').slice(0, 2)),
    [
      ['@Alice:home.test', 'active'],
      ['@!#$%&()*,;<>?[]^{|}~:home.test', 'active'],
    ],
  )
  bed.hs.addAccount('Dora').deactivated = true
  // Some say missing, and whether the name is free can be asked for small letters only.
  const dora = await bed.run('show', '@Dora:home.test', '--json')
  t.match(JSON.parse(dora.stdout), [{ state: hidesDeactivated ? 'unknown' : 'deactivated' }])
})

t.test('on a terminal: columns under a header', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('a-long-name').suspended = true
  const { text } = await atTerminal([...command, 'list', '--state'], bed.env, [])
  t.match(text, /^USER ID +STATE +ADMIN\r?$/m)
  const rows = text.split(/\r?\n/).filter((line) => /^(USER ID|@)/.test(line))
  t.equal(
    new Set(rows.map((row) => row.search(/STATE|active|suspended|deactivated|server bot|unknown/))).size,
    1,
    'aligned',
  )
})

t.test('what cannot be meant is refused before anything is sent', async (t) => {
  const bed = await simulatedBed(t)
  const before = bed.hs.requests.length
  t.match(await bed.run('list', '--only', 'missing'), { code: 2, stderr: /hint: use one of active, suspended/ })
  t.match(await bed.run('list', '--only', 'constructor'), { code: 2 })
  t.match(await bed.run('list', '--ids', '--state'), { code: 2, stderr: /cannot be used together/ })
  t.match(await bed.run('show', '@alice:other.test'), { code: 2, stderr: /belongs to other\.test/ })
  t.match(await bed.run('show', 'Alice!'), { code: 2 })
  t.match(await bed.run('show'), { code: 2 })
  t.equal(bed.hs.requests.length, before)
})

t.test('a server that cannot be reached is an error, and not a table of unknown states', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  await bed.hs.stop()
  const { code, stdout } = await bed.run('show', 'alice')
  t.ok(code === 2 || code === 3)
  t.equal(stdout, '')
})

t.test('where no endpoint tells states they are unknown, asked for once', async (t) => {
  const bed = await simulatedBed(t, { accounts: 30 })
  bed.hs.faults.stateEndpoint = false
  bed.hs.requests.splice(0)
  const { code, stdout } = await bed.run('list', '--state')
  t.equal(code, 0)
  t.equal(lines(stdout).filter((line) => line.endsWith('\tunknown\tno')).length, 30)
  t.ok(bed.hs.requests.filter(({ path }) => /admin\//.test(path)).length < 30)
  t.match(await bed.run('list', '--only', 'active'), {
    code: 0,
    stdout: '',
    stderr: /does not report the state of 30 of/,
  })
})

import { writeFileSync } from 'node:fs'
import t from 'tap'
import { randomText } from '../homeserver/ids.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { names } from './pupils.ts'
import { objects } from './stdout-lines.ts'

const loginsOf = ({ hs }: SimulatedBed) => hs.requests.filter(({ path }) => path.endsWith('/login'))
const sessionsOf = ({ hs }: SimulatedBed, name: string) => hs.accounts.get(name)?.devices.size
const passwordOf = ({ hs }: SimulatedBed, name: string) => hs.accounts.get(name)?.password ?? '?'
const row = (bed: SimulatedBed, name: string) => `@${name}:home.test\t${passwordOf(bed, name)}\n`

/** Has the bot answer the next command in words of this test's own, once it was carried out. */
async function answered(
  bed: SimulatedBed,
  args: string[],
  name: string,
  reply: (password: string) => string,
  before: () => void = () => {},
) {
  const silence = bed.hs.faults.onCommand({}, { kind: 'silent', execute: true })
  const count = bed.hs.executed.length
  const running = bed.run(...args)
  while (bed.hs.executed.length === count) await new Promise((resolve) => setTimeout(resolve, 2))
  before()
  bed.hs.botSays(reply(passwordOf(bed, name)), bed.hs.executed.at(-1)?.eventId)
  silence.remove()
  return running
}

const shapes: Record<string, (password: string) => string> = {
  'in backquotes': (password) => `vado minu @alice:home.test kero \`${password}\``,
  'in quotes': (password) => `vado "${password}". minu`,
  'in typographic quotes': (password) => `vado “${password}”, minu`,
  'in bold': (password) => `vado **${password}**`,
  'after a colon': (password) => `vado minu: ${password}`,
  'after a colon without a blank': (password) => `vado minukeropest:${password}`,
  "at a line's end": (password) => `vado minu\n\n@alice:home.test ${password}\nkeropesti vadominu`,
  'with another random word beside it': (password) => `vado \`${randomText(25)}\` minu \`${password}\``,
  'with a longer word beside it': (password) => `https://home.test/${randomText(40)} ${password}`,
  'behind a log table': (password) =>
    `| vado | minu |\n| ------: | :-----: |\n| kero | pestivadominu @alice:home.test |\n\nvado: ${password}\n`,
  'in brackets with its account': (password) => `(@alice:home.test, ${password})`,
}

for (const [shape, reply] of Object.entries(shapes))
  t.test(`a password ${shape} is recognised by a login, whose session is ended`, async (t) => {
    const bed = await simulatedBed(t)
    const { code, stdout, stderr } = await answered(bed, ['create', 'alice', '--passwords'], 'alice', reply)
    t.equal(code, 0)
    t.equal(stdout, row(bed, 'alice'))
    t.equal(stderr, '')
    t.ok(loginsOf(bed).length <= 4, `${loginsOf(bed).length} logins`)
    t.match(loginsOf(bed)[0]?.body, { initial_device_display_name: 'matrix-users: password check' })
    t.equal(sessionsOf(bed, 'alice'), 0)
    t.notOk(bed.hs.room.text().includes(passwordOf(bed, 'alice')), 'gone from the room')
  })

t.test('reset-password --passwords, and --json has it as a field', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const { stdout } = await bed.run('reset-password', 'alice', '--passwords')
  t.equal(stdout, row(bed, 'alice'))
  const json = JSON.parse((await bed.run('reset-password', 'alice', '--passwords', '--json')).stdout)
  t.equal(json.password, passwordOf(bed, 'alice'))
  t.strictSame(Object.keys(json), [
    'command',
    'room_id',
    'event_id',
    'reply',
    'password',
    'effect',
    'redacted',
    'elapsed_ms',
  ])
  t.equal(json.redacted, true)
  t.equal(sessionsOf(bed, 'alice'), 0)
})

t.test('a batch prints a line for each account, one login each', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(30).join('\n'))
  const created = await bed.run('create', '--from', file, '--passwords', '--parallel', '6')
  t.match(created, {
    code: 0,
    stdout: names(30)
      .map((name) => row(bed, name))
      .join(''),
    stderr: /30 of 30 done/,
  })
  t.equal(loginsOf(bed).length, 30)
  for (const name of names(30)) t.equal(sessionsOf(bed, name), 0, name)
  const reset = await bed.run('reset-password', '--from', file, '--passwords', '--json')
  const shown = objects(reset.stdout)
  t.strictSame(
    shown.map(({ user, password }) => `${user}\t${password}\n`),
    names(30).map((name) => row(bed, name)),
  )
})

t.test('of a name that is taken no word is tried', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const { code, stdout, stderr } = await bed.run('create', 'alice', '--passwords')
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /no effect: the name was taken/)
  t.equal(loginsOf(bed).length, 0)
  const { code: partial, stdout: table } = await bed.run('create', 'alice', 'bob', '--passwords')
  t.equal(partial, 5)
  t.equal(table, row(bed, 'bob'))
})

t.test('a reply that comes as a file', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({ line: /create-user/ }, { kind: 'reply-as-file' })
  t.match(await bed.run('create', 'alice', '--passwords'), { code: 0, stdout: row(bed, 'alice') })
})

t.test(
  'an account that is suspended at once logs in; of one that is locked the reply is printed as it is',
  async (t) => {
    const bed = await simulatedBed(t)
    const reply = (password: string) => `vado ${password}`
    const set = (name: string, state: object) => () => Object.assign(bed.hs.accounts.get(name) ?? {}, state)
    const suspended = await answered(
      bed,
      ['create', 'sam', '--passwords'],
      'sam',
      reply,
      set('sam', { suspended: true }),
    )
    t.match(suspended, { code: 0, stdout: row(bed, 'sam') })
    const locked = await answered(bed, ['create', 'lou', '--passwords'], 'lou', reply, set('lou', { locked: true }))
    t.match(locked, { code: 0, stdout: `vado ${passwordOf(bed, 'lou')}\n`, stderr: /cannot recognise.*is locked/ })
    t.notOk(bed.hs.room.text().includes(passwordOf(bed, 'lou')), 'gone from the room all the same')
  },
)

t.test('logins that the server limits: replies as they are, with a warning, and no more logins', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ path: /login$/ }, { kind: 'limit', retryAfterMs: 60_000 })
  const { code, stdout, stderr } = await bed.run('create', ...names(6), '--passwords', '--parallel', '2')
  t.equal(code, 0)
  for (const name of names(6)) t.ok(stdout.includes(passwordOf(bed, name)), name)
  t.equal(stderr.match(/cannot recognise.*limits logins/g)?.length, 6)
  t.equal(loginsOf(bed).length, 1)
})

t.test('a reply of which no word logs in is printed as it is; at most four are tried', async (t) => {
  const bed = await simulatedBed(t)
  const words = Array.from({ length: 9 }, () => randomText(20))
  const { code, stdout, stderr } = await answered(bed, ['create', 'alice', '--passwords'], 'alice', () =>
    words.join(' '),
  )
  t.equal(code, 0)
  t.equal(stdout, `${words.join(' ')}\n`)
  t.match(stderr, /cannot recognise the password.*no word in it works as a password/)
  t.equal(loginsOf(bed).length, 4)
  const json = await answered(bed, ['create', 'bob', '--passwords', '--json'], 'bob', () => words.join(' '))
  t.match(JSON.parse(json.stdout), { reply: words.join(' '), password: null })
})

t.test('answers that are lost leave no session behind', async (t) => {
  for (const path of [/login$/, /logout$/])
    for (const kind of ['lose-response', 'half-json', 'truncate'] as const) {
      const bed = await simulatedBed(t)
      const rule = bed.hs.faults.on({ path, times: 1 }, { kind })
      t.match(
        await bed.run('create', 'alice', '--passwords'),
        { code: 0, stdout: row(bed, 'alice') },
        `${path} ${kind}`,
      )
      t.equal(rule.hits, 1)
      t.equal(sessionsOf(bed, 'alice'), 0, `${path} ${kind}`)
    }
})

t.test('a session that cannot be ended is said', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ path: /logout$/ }, { kind: 'html', status: 502 })
  const { code, stderr } = await bed.run('create', 'alice', '--passwords')
  t.equal(code, 0)
  t.match(stderr, /warning: @alice:home.test: the session of the password check could not be ended/)
})

t.test('--resume recognises the passwords that an earlier run left in the room', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(6).join('\n'))
  for (const name of names(3)) bed.hs.post(bed.operator.mxid, `!admin users create-user ${name}`)
  await bed.hs.idle()
  const { code, stdout } = await bed.run('create', '--from', file, '--passwords', '--resume')
  t.equal(code, 0)
  t.strictSame(stdout.split('\n').sort(), ['', ...names(6).map((name) => row(bed, name).trimEnd())].sort())
  for (const name of names(6)) t.equal(sessionsOf(bed, name), 0)
})

t.test('reset-password --logout ends the sessions; without it they stay', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.login('alice')
  await bed.run('reset-password', 'alice')
  t.equal(sessionsOf(bed, 'alice'), 1)
  const dry = await bed.run('reset-password', 'alice', '--logout', '--dry-run')
  const former = passwordOf(bed, 'alice')
  const reset = await bed.run('reset-password', 'alice', '--logout', '--passwords')
  if (bed.hs.release.moderatesInRoom) {
    t.match(dry, { code: 0, stdout: '!admin users reset-password --logout alice\n' })
    t.match(reset, { code: 0, stdout: row(bed, 'alice') })
    t.equal(sessionsOf(bed, 'alice'), 0)
  } else {
    for (const refused of [dry, reset])
      t.match(refused, { code: 2, stdout: '', stderr: /hint: .*reset-password.* without --logout, then .*logout/ })
    t.equal(passwordOf(bed, 'alice'), former, 'nothing was done')
  }
  t.match(await bed.run('reset-password', 'admin', '--logout'), { code: 2, stderr: /own account.*\n.*--self/ })
  t.match(await bed.run('suspend', 'alice', '--passwords'), { code: 2, stderr: /not an option of this command/ })
})

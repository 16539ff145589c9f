import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { commands } from '../../src/cli/commands/index.ts'
import { startElsewhere } from '../homeserver/index.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'
import { cannotTrace, placesOf, readTrace, strace, type Trace, traced } from './trace.ts'

const possible = cannotTrace === false ? {} : { skip: cannotTrace }

const credentials = 'secrets/admin-credentials.env'
const ledger = 'secrets/invite-tokens.txt'

/** Every place where a secret may be seen, and in which commands. */
const belongs: Record<string, RegExp> = {
  [`access token: read ${credentials}`]: /./,
  'access token: write homeserver, as Authorization': /./,
  'access token: read homeserver': /^(create-admin|login)/,
  'access token: read stdin': /^login --with-token/,
  [`access token: write ${credentials}.new`]: /^(create-admin|login)/,
  [`operator's password: read ${credentials}`]: /./,
  "operator's password: write homeserver": /^(create-admin|login$)/,
  // With a token, the password that was there stays.
  [`operator's password: write ${credentials}.new`]: /^(create-admin|login --with-token)/,
  [`operator's password: write ${credentials}.password.new`]: /^create-admin/,
  'account password: read homeserver': /./,
  // To be proven by a login, whose session has ended by now.
  'account password: write homeserver': /--passwords/,
  'a secret of no known kind: read homeserver': /--passwords/,
  'a secret of no known kind: write homeserver, as Authorization': /--passwords/,
  'account password: write stdout': /^(create [^-]|reset-password|run --secret)/,
  // What was revoked stands in the room, in the command that revoked it.
  'registration token: read homeserver': /./,
  'registration token: write homeserver': /^(invite|create-admin)/,
  [`registration token: read ${ledger}`]: /^(invite|check)/,
  [`registration token: write ${ledger}`]: /^invite/,
  [`registration token: write ${ledger}.new`]: /^invite/,
  'registration token: write stdout': /^invite (take|.*--show)/,
  'registration token: read stdin': /^(invite revoke -|create-admin)/,
  'registration token: read token': /^create-admin --token-file/,
  "panel's password: read stdin": /^panel/,
}

/** What kind of secret each is that the homeserver knows now, beside those known before. */
function learn({ hs }: SimulatedBed, kinds: Map<string, string>): void {
  for (const { localpart, password, devices } of hs.accounts.values()) {
    kinds.set(password, localpart === 'admin' ? "operator's password" : 'account password')
    for (const token of devices.keys()) kinds.set(token, 'access token')
  }
  for (const token of [...hs.tokens.keys(), hs.consoleToken ?? '']) if (token) kinds.set(token, 'registration token')
  for (const secret of hs.secrets()) if (!kinds.has(secret)) kinds.set(secret, 'a secret of no known kind')
}

function found(kinds: ReadonlyMap<string, string>, trace: Trace): string[] {
  const places = [...kinds].flatMap(([secret, kind]) => placesOf(secret, trace).map((place) => `${kind}: ${place}`))
  return [...new Set(places)].sort()
}

interface Step {
  code?: number
  before?: (bed: SimulatedBed) => unknown
  input?: (bed: SimulatedBed) => string | undefined
  env?: Record<string, string>
  stdout?: string
}

const live = ({ hs }: SimulatedBed) => [...hs.tokens.keys()].find((token) => hs.tokenValid(token))
const panelPassword = 'Gu7-panel-password'

const steps: [line: string, step?: Step][] = [
  ['create-admin --token-file token'],
  ['create-admin'],
  ['login --with-token', { input: ({ hs }) => hs.login('admin') }],
  ['login', { code: 2 }],
  ['help list'],
  ...['list', 'list --json', 'create alice', 'list --ids', 'list --state', 'show alice'].map((line): [string] => [
    line,
  ]),
  ['create alice', { code: 1 }],
  ['create bob --json'],
  ['create carol dave'],
  ['reset-password carol --passwords'],
  ...['reset-password', 'suspend', 'unsuspend', 'lock', 'unlock', 'logout', 'make-admin --yes'].map(
    (name): [string] => [`${name} alice`],
  ),
  ['deactivate bob --yes'],
  ['run --secret -- users reset-password alice'],
  ...['3', '--show', '--ensure 6', 'take', 'take --text', 'take --qr', 'list', 'list --show'].map((rest): [string] => [
    `invite ${rest}`,
  ]),
  ['invite revoke -', { input: live }],
  ['invite prune', { before: ({ hs }) => hs.tokens.clear() }],
  ['invite --ensure 2'],
  ...['check', 'settings', 'audit', 'completion bash', 'create erin --dry-run'].map((line): [string] => [line]),
  ['profiles', { code: 2 }],
  ['panel set-password', { input: () => panelPassword }],
  ['list', { code: 2, env: { NODE_DEBUG: 'http' } }],
  ['create full', { code: 2, stdout: '/dev/full' }],
  ['create erin', { before: ({ hs }) => Object.assign(hs.faults, { redaction: false }) }],
  ['create frank --timeout 1', { code: 4, before: ({ hs }) => Object.assign(hs.faults, { botListens: false }) }],
  ['invite --timeout 1', { code: 4 }],
  ['list', { code: 3, before: ({ hs }) => hs.stop() }],
  ['check', { code: 2 }],
  ['list', { code: 2, before: ({ hs }) => restart(hs) }],
  ...['check', 'invite', 'create gina'].map((line): [string, Step] => [line, { code: 2 }]),
  ['create-admin'],
  ['list'],
]

/** Comes back without the operator's session. */
async function restart(hs: SimulatedBed['hs']): Promise<void> {
  hs.faults.clear()
  await hs.start()
  hs.logout('admin')
}

t.test('every command, and what goes wrong: secrets are where they belong and nowhere else', possible, async (t) => {
  const bed = await simulatedBed(t, { fresh: true })
  const { dataDir: folder, url } = bed
  writeFileSync(`${folder}/token`, `${bed.hs.consoleToken}\n`)
  const kinds = new Map([[panelPassword, "panel's password"]])
  const seen = new Set<string>()
  for (const [line, { code: expected = 0, before, input, env, stdout }] of steps.map(
    ([a, b]) => [a, b ?? {}] as const,
  )) {
    await before?.(bed)
    learn(bed, kinds)
    const words = line.split(' ').map((word) => (word === 'token' ? `${folder}/token` : word))
    const full = stdout === undefined ? undefined : openSync(stdout, 'w')
    const options = { folder, url, env: { ...bed.env, ...env }, input: input?.(bed), stdout: full }
    const { code, trace } = await traced([...command, ...words], options)
    if (full !== undefined) closeSync(full)
    learn(bed, kinds)
    const places = found(kinds, trace)
    t.equal(code, expected, line)
    t.strictSame(
      places.filter((place) => !belongs[place]?.test(line)),
      [],
      `leaks of ${line}`,
    )
    for (const place of places) seen.add(place)
  }
  t.strictSame([...seen].sort(), Object.keys(belongs).sort(), 'each place was seen')
  const names = commands.map((one) => ('name' in one ? one.name : one.usage.split(' ')[0]))
  t.strictSame(
    names.filter((name) => !steps.some(([line]) => line.split(' ')[0] === name)),
    [],
    'each command ran',
  )
  const own = [...kinds].filter(([, kind]) => kind === "operator's password").map(([secret]) => secret)
  const told = bed.hs.requests.filter((request) => own.some((secret) => JSON.stringify(request).includes(secret)))
  t.notOk(
    told.some(({ path }) => !/^\/_matrix\/client\/v3\/(login|register)$/.test(path)),
    'only to register or log in',
  )
})

t.test(
  'what is typed at a hidden prompt is read, sent, and not shown',
  { ...possible, ...terminalNeeded },
  async (t) => {
    const bed = await simulatedBed(t, { fresh: true })
    const kinds = new Map<string, string>()
    learn(bed, kinds)
    const file = `${bed.dataDir}/trace`
    const argv = [...strace(file), ...command, 'create-admin']
    t.equal((await atTerminal(argv, bed.env, [['not shown', bed.hs.consoleToken ?? '']])).code, 0)
    learn(bed, kinds)
    const typed = 'registration token: read terminal'
    const places = found(kinds, readTrace(file, { folder: bed.dataDir, url: bed.url }))
    t.strictSame(
      places.filter((place) => place !== typed && !belongs[place]?.test('create-admin')),
      [],
    )
    t.ok(places.includes(typed))
  },
)

t.test('login sends what is typed, and keeps the token alone', { ...possible, ...terminalNeeded }, async (t) => {
  const bed = await simulatedBed(t)
  rmSync(bed.credentialsFile)
  const kinds = new Map<string, string>()
  learn(bed, kinds)
  const file = `${bed.dataDir}/trace`
  const argv = [...strace(file), ...command, 'login', bed.url, 'admin']
  t.equal((await atTerminal(argv, bed.env, [['not shown', bed.operator.password]])).code, 0)
  learn(bed, kinds)
  const places = found(kinds, readTrace(file, { folder: bed.dataDir, url: bed.url }))
  const typed = ["operator's password: read terminal", "operator's password: write homeserver"]
  t.strictSame(
    places.filter((place) => place.startsWith('operator')),
    typed,
  )
  t.strictSame(
    places.filter((place) => !typed.includes(place) && !belongs[place]?.test('login')),
    [],
  )
  t.ok(places.includes('access token: read homeserver'))
})

t.test('a planted leak is found', possible, async (t) => {
  const bed = await simulatedBed(t)
  const elsewhere = await startElsewhere()
  t.teardown(() => elsewhere.close())
  const kinds = new Map([[bed.operator.token, 'access token']])
  const env = { FILE: bed.credentialsFile, LOG: `${bed.dataDir}/logs/admin-audit.log` }
  const [here, there] = [bed.url, elsewhere.url].map((url) => `/dev/tcp/127.0.0.1/${new URL(url).port}`)
  for (const [script, place] of [
    ['"$(<"$FILE")"', 'write stderr'],
    ['dd if="$FILE" bs=7 status=none', 'write stdout'],
    ['echo "$(<"$FILE")" >"$LOG.tmp"; mv "$LOG.tmp" "$LOG"; rm "$LOG"', 'write logs/admin-audit.log.tmp'],
    ['env "$(cat "$FILE")" true', 'execve'],
    ['true; /bin/true "$(cat "$FILE")"', 'execve'],
    [`exec 3<>${here}; cat "$FILE" >&3`, 'write homeserver'],
    [`exec 3<>${there}; cat "$FILE" >&3`, /write TCP/],
  ] as [string, string | RegExp][]) {
    const options = { folder: bed.dataDir, url: bed.url, env }
    const places = found(kinds, (await traced(['bash', '-c', script], options)).trace)
    t.match(places.filter((one) => !belongs[one]?.test('list')).join(), place, script)
  }
})

import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { exitCodes } from '../../src/errors.ts'
import { simulatedBed } from './bed.ts'
import { answer, flood, hostileServer, type Misdeed, runAgainst } from './hostile-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const switching = 'HTTP/1.1 101 Switching Protocols\r\n'

/** Ways not to answer. */
const misdeeds: Record<string, Misdeed> = {
  'an upgrade, closed': (socket) => socket.end(`${switching}connection: upgrade\r\nupgrade: x\r\n\r\n`),
  'an upgrade, left open': (socket) => socket.write(`${switching}connection: upgrade\r\nupgrade: x\r\n\r\n`),
  'an upgrade to nothing': (socket) => socket.write(`${switching}\r\n`),
  'close without an answer': (socket) => socket.end(),
  'a reset': (socket) => socket.resetAndDestroy(),
  silence: () => {},
  'interim answers without end': flood('', 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'),
  'interim answers, slowly': flood('', 'HTTP/1.1 100 Continue\r\n\r\n', 50),
  'half a header, left open': (socket) => socket.write(ok),
  'half a header, closed': (socket) => socket.end(ok),
  'a header without end': flood(ok, 'x: y\r\n'),
  'a header, byte by byte': flood('HTTP/1.1 200 OK\r\nx: ', 'y', 30),
  'half a body, left open': (socket) => socket.write(`${ok}content-length: 99\r\n\r\n{"a":`),
  'half a body, closed': (socket) => socket.end(`${ok}content-length: 99\r\n\r\n{"a":`),
  'a body, byte by byte': flood(`${ok}content-length: 99999\r\n\r\n`, ' ', 30),
  'a body without end': flood(`${ok}\r\n`, Buffer.alloc(65536, ' ')),
  'chunks of one byte without end': flood(`${ok}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'.repeat(1000)),
  'chunks that are none': (socket) => socket.write(`${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`),
  'two answers': (socket) => {
    answer('{}')(socket)
    answer('{}')(socket)
  },
  'no HTTP': (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
  'nothing, as an answer': answer(''),
  'a length that is none': (socket) => socket.write(`${ok}content-length: -1\r\n\r\n{}`),
}

const commands: [string, RegExp, string[]][] = [
  ['finding the room', /directory/, ['list']],
  ['asking the state', /admin\/suspend/, ['create', 'alice']],
  ['posting', /\/send\//, ['create', 'alice']],
  ['waiting', /\/messages/, ['create', 'alice']],
  ['redacting', /\/redact\//, ['create', 'alice']],
  ['downloading', /media\/download/, ['list']],
  ['minting', /\/validity/, ['invite']],
  ['asking whether registration is open', /\/register$/, ['invite']],
  ['check', /./, ['check']],
  ['create-admin', /./, ['create-admin']],
]

/** All of them are tried where it matters most; these elsewhere. */
const thorough = ['finding the room', 'posting', 'waiting']
const everywhere = [
  'an upgrade, closed',
  'an upgrade, left open',
  'silence',
  'a header without end',
  'a body, byte by byte',
]
const inFlight = 8
const timeout = 3
/** s after the timeout at which a command is over; s that starting it takes, beside what it waits for a processor. */
const overtime = 5
const start = 1.5
/** What a command waits for beside its timeout, s: a homeserver that is starting. */
const beside: Record<string, number> = { 'create-admin': 30 }

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
    }),
  )
}

t.test('whatever the server does, a command ends in time, with a code and a message, in bounded memory', async (t) => {
  const cases = commands.flatMap((command) =>
    Object.entries(misdeeds)
      .filter(([what]) => thorough.includes(command[0]) || everywhere.includes(what))
      .map((misdeed) => [command, misdeed] as const),
  )
  t.testdir()
  await inTurns(cases, async ([[stage, path, args], [what, misdeed]]) => {
    await endsWell(t, `${stage}: ${what}`, path, misdeed, args)
  })
})

async function endsWell(t: Test, name: string, path: RegExp, misdeed: Misdeed, args: readonly string[]): Promise<void> {
  const bed = await simulatedBed(t, args[0] === 'list' ? { accounts: 2500 } : {}, `${t.testdirName}/${name}`)
  const server = await hostileServer(t, bed.url, path, misdeed)
  const run = (seconds: number) => runAgainst(bed, server, {}, ...args, '--timeout', String(seconds))
  const first = await run(timeout)
  // On a busy machine its time may be over before it comes as far: then it gets more.
  const [given, ran] = server.hits.length > 0 ? [timeout, first] : [10 * timeout, await run(10 * timeout)]
  const { code, stderr, ms, peak } = ran
  t.ok(server.hits.length > 0, `${name}: it fired`)
  t.ok(
    Object.values(exitCodes).some((known) => known.code === code),
    `${name}: exit code ${code}`,
  )
  if (code !== 0 && args[0] !== 'check') t.match(stderr, /^matrix-users: error: /m, name)
  t.notMatch(stderr, /internal error/, name)
  const most = given + overtime + (beside[args[0] ?? ''] ?? 0) + start
  t.ok(ms < most * 1000, `${name}: ${ms} ms`)
  t.ok(peak < 200, `${name}: ${Math.round(peak)} MB`)
  await server.close()
}

t.test('a room without end: the bound is named, and memory stays bounded', async (t) => {
  const bed = await simulatedBed(t)
  const event = (id: string, sender: string, body: string) =>
    JSON.stringify({ event_id: `$${id}`, type: 'm.room.message', sender, content: { msgtype: 'm.text', body } })
  const page = (count: number, sender: string, body: string): Misdeed => {
    let pages = 0
    return (socket) => {
      pages += 1
      const chunk = Array.from({ length: count }, (_, at) => event(`p${pages}e${at}`, sender, body)).join(',')
      answer(`{"chunk":[${chunk}],"end":"e${pages}"}`)(socket)
    }
  }
  const rooms: [string, Misdeed, RegExp][] = [
    ['commands', page(20_000, '@colleague:home.test', '!admin x'), /more than 20000 events/],
    ['lines of the bot', page(100, bed.hs.bot, 'x'.repeat(60_000)), /more than 16 MiB of text/],
    ['a page too long', page(200_000, bed.hs.bot, ''), /an answer of more than 8192 KiB/],
    ['levels', answer(`{"chunk":${'['.repeat(1000)}${']'.repeat(1000)}}`), /JSON with more than 100 levels/],
    ['values', answer(`{"chunk":[${'{},'.repeat(500_000)}{}]}`), /JSON with more than 250000 values/],
  ]
  for (const [what, misdeed, message] of rooms) {
    const server = await hostileServer(t, bed.url, /\/messages/, misdeed)
    const { code, stderr, peak } = await runAgainst(bed, server, {}, 'create', `a${rooms.length}`, '--timeout', '20')
    t.equal(code, 4, what)
    t.match(stderr, message, what)
    t.ok(peak < 200, `${what}: ${Math.round(peak)} MB`)
    await server.close()
  }
})

t.test('--resume reads a room without end for as long as its timeout says', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const file = `${bed.dataDir}/users`
  writeFileSync(file, 'alice\n')
  let pages = 0
  const server = await hostileServer(t, bed.url, /\/messages.*limit=100\b/, (socket) => {
    pages += 1
    const event = { event_id: `$${pages}`, type: 'm.room.message', sender: '@colleague:home.test', content: {} }
    answer(JSON.stringify({ chunk: [event], end: `e${pages}` }))(socket)
  })
  const { code, stderr, ms } = await runAgainst(bed, server, {}, 'create', '--from', file, '--resume', '--timeout', '3')
  t.equal(code, exitCodes.refused.code)
  t.match(stderr, /too much to read in the time of this command\nhint: wait longer with --timeout SECONDS/)
  t.ok(pages > 1, `${pages} pages`)
  t.ok(ms < (3 + overtime + start) * 1000, `${ms} ms`)
  t.notOk(bed.hs.executed.some(({ line }) => line.includes('create-user')))
})

import type { ChildProcess } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { exitCodes } from '../../src/errors.ts'
import type { RoomLine } from '../homeserver/fault-kinds.ts'
import { answer as respond } from '../homeserver/respond.ts'
import type { Answered } from '../homeserver/router.ts'
import { simulatedBed } from './bed.ts'
import { answer, flood, hostileServer, type Misdeed, runAgainst } from './hostile-server.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const { code: interrupted }: { code: number } = exitCodes.interrupted
const { code: refused }: { code: number } = exitCodes.refused
const { code: noReply }: { code: number } = exitCodes.noReply
const message = (id: string, body: string) =>
  `{"event_id":"$${id}","type":"m.room.message","sender":"@x:home.test","content":{"body":"${body}"}}`
const page = (count: number) =>
  answer(`{"chunk":[${Array.from({ length: count }, (_, at) => message(`e${at}`, '')).join(',')}],"end":"e"}`)

/** What is poured, where, on which command; and how that may end: some is more than is read, which may be found first. */
const loads: [string, RegExp, Misdeed, string[], number[]][] = [
  ['a page of 200,000 events', /\/messages/, page(200_000), ['create', 'alice'], [interrupted, noReply]],
  ['pages of 10,000 events', /\/messages/, page(10_000), ['create', 'alice'], [interrupted, noReply]],
  [
    'an answer, byte by byte',
    /\/messages/,
    flood(`${ok}content-length: 99999\r\n\r\n`, ' ', 5),
    ['create', 'alice'],
    [interrupted],
  ],
  ['half an answer', /directory/, (socket) => socket.write(ok), ['list'], [interrupted]],
  [
    'an answer without end',
    /\/messages/,
    flood(`${ok}\r\n`, Buffer.alloc(65536, ' ')),
    ['create', 'alice'],
    [interrupted, noReply],
  ],
  [
    'interim answers without end',
    /directory/,
    flood('', 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n'),
    ['list'],
    [interrupted, refused],
  ],
]
/** ms that a command takes from the signal to its end, without what it waits for a processor. */
const longest = 5000

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} ends a command whatever the server pours on it`, async (t) => {
    for (const [what, path, misdeed, args, ends] of loads) {
      const bed = await simulatedBed(t, {}, `${t.testdirName}/${what}`)
      const stop = new Stop(signal)
      const stopping: Misdeed = (socket) => {
        misdeed(socket)
        stop.send()
      }
      const server = await hostileServer(t, bed.url, path, stopping)
      const ended = await runAgainst(bed, server, { started: stop.started }, ...args, '--timeout', '60')
      t.ok(ends.includes(ended.code ?? -1), `${what}: exit code ${ended.code}: ${ended.stderr}`)
      t.ok(stop.took(ended) < longest, `${what}: ${stop.took(ended)} ms after the signal`)
      await server.close()
    }
  })

  t.test(`${signal} ends a command that looks for a token among 100,000 dots`, async (t) => {
    const bed = await simulatedBed(t)
    const stop = new Stop(signal)
    const dots: RoomLine = { sender: bed.hs.bot, body: `${'.'.repeat(100_000)}+x`, replies: true }
    bed.hs.faults.onCommand({ line: /token issue/ }, { kind: 'after', lines: [dots] })
    bed.hs.faults.on({ path: /\/messages/ }, { kind: 'act', act: stop.afterAnswer })
    const ended = await runAgainst(bed, bed, { started: stop.started }, 'invite', '--timeout', '60')
    t.ok([interrupted, refused].includes(ended.code ?? -1), ended.stderr)
    t.ok(stop.took(ended) < longest, `${stop.took(ended)} ms after the signal`)
  })
}

/** A signal that a command gets once. */
class Stop {
  readonly #signal: NodeJS.Signals
  #child: ChildProcess | undefined
  #sent = Number.NaN

  constructor(signal: NodeJS.Signals) {
    this.#signal = signal
  }

  readonly started = (child: ChildProcess): void => {
    this.#child = child
  }

  readonly send = (): void => {
    if (!Number.isNaN(this.#sent)) return
    this.#sent = Date.now()
    this.#child?.kill(this.#signal)
  }

  /** Answers as a sound server does, and sends it when the answer is out. */
  readonly afterAnswer = (response: ServerResponse, carryOut: () => Answered): void => {
    response.once('finish', this.send)
    respond(response, carryOut())
  }

  /** ms from the signal to the end, without what the command waited for a processor; not a number if none was sent. */
  took({ endedAt, kept }: { endedAt: number; kept: number }): number {
    return endedAt - kept - this.#sent
  }
}

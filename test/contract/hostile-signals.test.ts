import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { exitCodes } from '../../src/errors.ts'
import { answer as respond } from '../homeserver/respond.ts'
import type { Answered } from '../homeserver/router.ts'
import { simulatedBed } from './bed.ts'
import { answer, flood, hostileServer, keptWaiting, type Misdeed, runAgainst } from './hostile-server.ts'

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
/** ms on a processor after which a command is busy with one answer: reading it takes less. */
const work = 500
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

  t.test(`${signal} ends a command that reads an address of 60,000 slashes`, async (t) => {
    const bed = await simulatedBed(t)
    await bed.run('invite')
    const stop = new Stop(signal)
    bed.hs.publicUrl = `https://home.test${'/'.repeat(60_000)}x`
    bed.hs.faults.on({ path: /well-known/ }, { kind: 'act', act: stop.whileItWorks })
    const ended = await runAgainst(bed, bed, { started: stop.started }, 'invite', 'take', '--link')
    t.ok([interrupted, exitCodes.ok.code].includes(ended.code ?? -1), ended.stderr)
    // Where it does not work for long, there is nothing to end.
    t.notOk(stop.took(ended) > longest, `${stop.took(ended)} ms after the signal`)
  })
}

/** ms that the main thread of a process has spent on a processor; NaN if it is gone. */
function processorTime(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}

/** A signal that a command gets once. */
class Stop {
  readonly #signal: NodeJS.Signals
  #child: ChildProcess | undefined
  #sent = Number.NaN
  #kept = 0

  constructor(signal: NodeJS.Signals) {
    this.#signal = signal
  }

  readonly started = (child: ChildProcess): void => {
    this.#child = child
  }

  readonly send = (): void => {
    if (!Number.isNaN(this.#sent)) return
    this.#sent = Date.now()
    this.#kept = keptWaiting(this.#child?.pid)
    this.#child?.kill(this.#signal)
  }

  /** Answers as a sound server does, and sends it when the command has then worked on that for a while, if it does. */
  readonly whileItWorks = (response: ServerResponse, carryOut: () => Answered): void => {
    respond(response, carryOut())
    const before = processorTime(this.#child?.pid)
    const look = setInterval(() => {
      const now = processorTime(this.#child?.pid)
      if (now - before > work) this.send()
      if (!(now - before <= work)) clearInterval(look)
    }, 5)
  }

  /** ms from the signal to the end, without what the command waited for a processor; NaN if none was sent. */
  took({ endedAt, kept }: { endedAt: number; kept: number }): number {
    return endedAt - this.#sent - (kept - this.#kept)
  }
}

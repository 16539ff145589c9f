import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Answered } from '../../homeserver/router.ts'
import type { Random } from '../random.ts'
import { type Behaviour, bytesOf, send } from './behaviour.ts'

type Act = (response: ServerResponse, carryOut: () => Answered) => void

interface Page {
  chunk?: Record<string, unknown>[]
  end?: string
}

const most = 256 * 1024 * 1024

/** Writes pieces until the other side has gone, 256 MB at most. */
function flood(response: ServerResponse, first: string, piece: Buffer): void {
  let left = most
  const pour = () => {
    while (!response.destroyed && left > 0) {
      left -= piece.length
      if (!response.write(piece)) return void response.once('drain', pour)
    }
    response.end()
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write(first)
  pour()
}

/** The true answer's page with so many more events in front, each made from one that is there. */
const longer =
  (count: number, more: (event: Record<string, unknown>, at: number) => Record<string, unknown>): Act =>
  (response, carryOut) => {
    const answered = carryOut()
    const page = answered.body as Page
    const [model] = Array.isArray(page.chunk) ? page.chunk : []
    if (!model) return send(response, answered.status, bytesOf(answered.body))
    const chunk = Array.from({ length: count }, (_, at) => more(model, at)).concat(page.chunk ?? [])
    send(response, answered.status, bytesOf({ ...page, chunk }))
  }

const own = (event: Record<string, unknown>) => String(event.sender).split(':')[1] ?? 'home.test'

let bomb: Buffer | undefined

const acts: Record<string, Act> = {
  'blanks without an end': (response, carryOut) => {
    carryOut()
    flood(response, '{"event_id":', Buffer.alloc(65_536, ' '))
  },
  'one string without an end': (response) => flood(response, '{"room_id":"', Buffer.alloc(65_536, 'x')),
  'events without an end': (response) =>
    flood(
      response,
      '{"chunk":[',
      Buffer.from('{"type":"m.room.message","content":{"body":"x"},"event_id":"$x"},'.repeat(500)),
    ),
  'lists in lists': (response) => flood(response, '{"chunk":', Buffer.alloc(65_536, '[')),
  'one-byte chunks, 4 MB': (response, carryOut) => {
    carryOut()
    const { socket } = response
    socket?.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n')
    const piece = '1\r\n \r\n'.repeat(2000)
    let left = 2000
    const pour = () => {
      while (socket && !socket.destroyed && left-- > 0) if (!socket.write(piece)) return void socket.once('drain', pour)
      socket?.end()
    }
    pour()
  },
  '100,000 lists deep': (response, carryOut) => {
    carryOut()
    send(response, 200, Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))
  },
  'a string of 8 MB': (response, carryOut) => {
    const { status, body } = carryOut()
    send(response, status, bytesOf({ ...(body as object), more: 'x'.repeat(8_000_000) }))
  },
  'gzip of 100 MB': (response) => {
    bomb ??= gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '))
    send(response, 200, bomb, { 'content-encoding': 'gzip' })
  },
  'a page of 20,000 events': longer(20_000, (event, at) => ({ ...event, event_id: `$more${at}` })),
  'a page of 200,000 events': longer(200_000, (event, at) => ({ event_id: `$more${at}`, type: event.type })),
  'a page of 20,000 lines of the bot': longer(20_000, (event, at) => ({
    ...event,
    sender: `@conduit:${own(event)}`,
    event_id: `$more${at}`,
    type: 'm.room.message',
    content: { msgtype: 'm.notice', body: 'x'.repeat(100) },
  })),
  'a page of 5,000 commands of others': longer(5000, (event, at) => ({
    ...event,
    sender: `@colleague:${own(event)}`,
    event_id: `$more${at}`,
    type: 'm.room.message',
    content: { msgtype: 'm.text', body: '!admin users list-users' },
  })),
  'a page of the same event': longer(3000, (event) => event),
  'a page with no end of pages': (response, carryOut) => {
    const answered = carryOut()
    const page = answered.body as Page
    if (!Array.isArray(page.chunk)) return send(response, answered.status, bytesOf(answered.body))
    const id = () => Math.random().toString(36).slice(2)
    const chunk = Array.from({ length: 100 }, () => ({
      event_id: `$${id()}`,
      type: 'm.x',
      sender: '@x:y',
      content: {},
    }))
    send(response, answered.status, bytesOf({ start: 'a', end: id(), chunk }))
  },
  'an empty page with an end': (response, carryOut) => {
    const answered = carryOut()
    const page = answered.body as Page
    if (!Array.isArray(page.chunk)) return send(response, answered.status, bytesOf(answered.body))
    send(response, answered.status, bytesOf({ start: 'a', end: 'a', chunk: [] }))
  },
}

/** More than anybody should read. */
export function tooMuch(random: Random): Behaviour {
  const [name, act] = random.pick(Object.entries(acts))
  return { name: `size: ${name}`, act, forges: true }
}

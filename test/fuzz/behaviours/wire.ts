import type { ServerResponse } from 'node:http'
import type { Answered } from '../../homeserver/router.ts'
import type { Random } from '../random.ts'
import { type Behaviour, bytesOf, raw } from './behaviour.ts'

type Act = (response: ServerResponse, carryOut: () => Answered) => void

/** The true answer as HTTP/1.1 text, with a content-length unless the headers given say otherwise. */
function written(answered: Answered, headers?: string, line?: string): Buffer {
  const bytes = bytesOf(answered.body)
  const first = line ?? `HTTP/1.1 ${answered.status} OK`
  return Buffer.concat([
    Buffer.from(
      `${first}\r\ncontent-type: application/json\r\n${headers ?? `content-length: ${bytes.length}\r\n`}\r\n`,
    ),
    bytes,
  ])
}

const line =
  (first: string): Act =>
  (response, carryOut) =>
    raw(response, written(carryOut(), undefined, first))

const headers =
  (lines: string): Act =>
  (response, carryOut) =>
    raw(response, written(carryOut(), lines))

const interim =
  (text: string, times = 1): Act =>
  (response, carryOut) =>
    raw(response, Buffer.concat([Buffer.from(text.repeat(times)), written(carryOut())]))

const chunked =
  (body: (bytes: Buffer) => string, ending: 'end' | 'reset' | 'open' = 'end'): Act =>
  (response, carryOut) => {
    const { status, body: answer } = carryOut()
    const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`
    raw(response, Buffer.from(head + body(bytesOf(answer)), 'latin1'), ending)
  }

const pieces = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => {
    const piece = bytes.subarray(at * size, (at + 1) * size)
    return `${piece.length.toString(16)}\r\n${piece.toString('latin1')}\r\n`
  }).join('')

/** Below HTTP: connections, status lines, headers, framing. */
const acts: Record<string, Act> = {
  'reset at once': (response) => raw(response, '', 'reset'),
  'closed without an answer': (response) => raw(response, '', 'end'),
  'closed after it was done': (response, carryOut) => {
    carryOut()
    raw(response, '', 'end')
  },
  'reset after it was done': (response, carryOut) => {
    carryOut()
    raw(response, '', 'reset')
  },
  silence: () => {},
  'silence after it was done': (_, carryOut) => void carryOut(),
  'answered, then reset': (response, carryOut) => raw(response, written(carryOut()), 'reset'),
  'reset within the body': (response, carryOut) => raw(response, written(carryOut()).subarray(0, -3), 'reset'),
  'closed within the body': (response, carryOut) => raw(response, written(carryOut()).subarray(0, -3), 'end'),
  'open within the body': (response, carryOut) => raw(response, written(carryOut()).subarray(0, -3), 'open'),
  'half a header, closed': (response) => raw(response, 'HTTP/1.1 200 OK\r\ncontent-ty'),
  'half a header, open': (response) => raw(response, 'HTTP/1.1 200 OK\r\ncontent-ty', 'open'),
  'half a status line, open': (response) => raw(response, 'HTTP/1.', 'open'),
  'headers without an end': (response) => raw(response, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n', 'open'),
  'headers, then silence': (response) => raw(response, 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n', 'open'),
  'a body up to the end of the connection': headers(''),
  'a body up to the end, which never comes': (response, carryOut) => raw(response, written(carryOut(), ''), 'open'),
  '101 without upgrade': line('HTTP/1.1 101 Switching Protocols'),
  '101 to h2c': (response) =>
    raw(response, 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n', 'open'),
  '101 to websocket, executed': (response, carryOut) => {
    carryOut()
    raw(
      response,
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n\x81\x00',
      'open',
    )
  },
  '101, closed': (response) =>
    raw(response, 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  '200 with upgrade': headers('connection: upgrade\r\nupgrade: h2c\r\n'),
  '100 first': interim('HTTP/1.1 100 Continue\r\n\r\n'),
  '103 first': interim('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
  '102 a thousand times': interim('HTTP/1.1 102 Processing\r\n\r\n', 1000),
  '100 without an end': (response) => pour(response, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(500)),
  '103 without an end': (response) => pour(response, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(500)),
  'HTTP/1.0': line('HTTP/1.0 200 OK'),
  'HTTP/0.9': (response, carryOut) => raw(response, bytesOf(carryOut().body)),
  'HTTP/2.0': line('HTTP/2.0 200 OK'),
  'HTTP/2 preface': (response) => raw(response, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  'http/1.1 in small letters': line('http/1.1 200 ok'),
  'no reason': line('HTTP/1.1 200'),
  'a status of two digits': line('HTTP/1.1 20 OK'),
  'a status of four digits': line('HTTP/1.1 2000 OK'),
  'status 0': line('HTTP/1.1 000 Zero'),
  'a negative status': line('HTTP/1.1 -200 OK'),
  'a reason of 20,000': line(`HTTP/1.1 200 ${'O'.repeat(20_000)}`),
  'a reason that forges': line('HTTP/1.1 500 \u001b[31mmatrix-users: error: f0rged'),
  'a greeting of SSH': (response) => raw(response, 'SSH-2.0-OpenSSH_9.6\r\n', 'open'),
  'a greeting of SMTP': (response) => raw(response, '220 mail.example.org ESMTP\r\n', 'open'),
  TLS: (response) => raw(response, Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])),
  NULs: (response) => raw(response, Buffer.alloc(4096)),
  'two lengths': headers('content-length: 5\r\ncontent-length: 7\r\n'),
  'a length and chunks': headers('content-length: 5\r\ntransfer-encoding: chunked\r\n'),
  'a length that is too short': headers('content-length: 3\r\n'),
  'a length that is too long': headers('content-length: 100000\r\n'),
  'a length of 2^63': headers('content-length: 9223372036854775808\r\n'),
  'a negative length': headers('content-length: -1\r\n'),
  'a length in words': headers('content-length: many\r\n'),
  'length 0': headers('content-length: 0\r\n'),
  'an unknown transfer encoding': headers('transfer-encoding: gzip, identity\r\n'),
  'a header of 15,000': headers(`x-large: ${'x'.repeat(15_000)}\r\nconnection: close\r\n`),
  'a header of 100,000': headers(`x-large: ${'x'.repeat(100_000)}\r\n`),
  '1,900 headers': headers(`${'x-a: b\r\n'.repeat(1900)}connection: close\r\n`),
  '50,000 headers': headers('x-a: b\r\n'.repeat(50_000)),
  'headers without an end of them': (response) => {
    raw(response, 'HTTP/1.1 200 OK\r\n', 'open')
    pour(response, 'x-a: b\r\n'.repeat(2000))
  },
  'a header without a colon': headers('nonsense\r\n'),
  'a header with control characters': headers('x: \u0000\u0007\r\n'),
  'a folded header': headers('x: a\r\n b\r\nconnection: close\r\n'),
  'bare line feeds': (response, carryOut) =>
    raw(response, `HTTP/1.1 200 OK\nconnection: close\n\n${bytesOf(carryOut().body).toString()}`),
  'two answers': (response, carryOut) => {
    const once = written(carryOut())
    raw(response, Buffer.concat([once, once]))
  },
  'two answers, open': (response, carryOut) => {
    const once = written(carryOut())
    raw(response, Buffer.concat([once, Buffer.from('HTTP/1.1 500 X\r\ncontent-length: 1\r\n\r\nx')]), 'open')
  },
  'an answer and a tail': (response, carryOut) =>
    raw(response, Buffer.concat([written(carryOut()), Buffer.alloc(5000, 'x')]), 'open'),
  'kept alive, closed': headers('connection: keep-alive\r\nkeep-alive: timeout=0, max=0\r\n'),
  cookies: headers('set-cookie: a=b; path=/\r\n'.repeat(50)),
  'chunks of one byte': chunked((bytes) => `${pieces(bytes, 1)}0\r\n\r\n`),
  'chunks of seven bytes': chunked((bytes) => `${pieces(bytes, 7)}0\r\n\r\n`),
  'chunks with extensions': chunked((bytes) => `${pieces(bytes, 50).replaceAll('\r\n{', ';a="b"\r\n{')}0;x=y\r\n\r\n`),
  'chunks with trailers': chunked((bytes) => `${pieces(bytes, 50)}0\r\nx-a: b\r\nauthorization: Bearer x\r\n\r\n`),
  'chunks with 50,000 trailers': chunked((bytes) => `${pieces(bytes, 50)}0\r\n${'x-a: b\r\n'.repeat(50_000)}\r\n`),
  'chunks without an end, closed': chunked((bytes) => pieces(bytes, 50)),
  'chunks without an end, reset': chunked((bytes) => pieces(bytes, 50), 'reset'),
  'chunks without an end, open': chunked((bytes) => pieces(bytes, 50), 'open'),
  'a chunk size that is none': chunked(() => 'zz\r\nabc\r\n'),
  'a chunk size of 2^64': chunked(() => '10000000000000000\r\nabc\r\n'),
  'a chunk longer than said': chunked((bytes) => `3\r\n${bytes.toString('latin1')}\r\n0\r\n\r\n`),
  'no chunk at all': chunked(() => '0\r\n\r\n'),
}

/** Writes the same until the other side has gone, 256 MB at most. */
function pour(response: ServerResponse, text: string): void {
  const { socket } = response
  let left = 256 * 1024 * 1024
  const go = () => {
    while (socket && !socket.destroyed && left > 0) {
      left -= text.length
      if (!socket.write(text)) return void socket.once('drain', go)
    }
    socket?.end()
  }
  go()
}

export function onTheWire(random: Random): Behaviour {
  const [name, act] = random.pick(Object.entries(acts))
  return { name: `wire: ${name}`, act }
}

const places = [
  'elsewhere',
  'itself',
  '/',
  '//elsewhere.test/',
  'file:///etc/passwd',
  'javascript:1',
  '',
  '\u0000',
  'http://[::1',
  'https://127.0.0.1:1/',
  'http://user:pass@127.0.0.1:1/',
  'x'.repeat(9000),
]

export function redirect(random: Random): Behaviour {
  const [status, place] = [random.pick([300, 301, 302, 303, 307, 308]), random.pick(places)]
  return {
    name: `redirect ${status} to ${place.slice(0, 40)}`,
    act(response) {
      const { url = '/', headers: sent } = response.req
      const to = { elsewhere: `http://localhost:${sent.host?.split(':')[1]}/`, itself: url }[place] ?? place
      raw(response, `HTTP/1.1 ${status} Moved\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`)
    },
  }
}

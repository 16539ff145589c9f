import { gzipSync } from 'node:zlib'
import type { Random } from '../random.ts'
import { type Behaviour, bytesOf, send } from './behaviour.ts'
import { brief, hostileText } from './texts.ts'

type Change = (bytes: Buffer) => Buffer
const text =
  (change: (json: string) => string): Change =>
  (bytes) =>
    Buffer.from(change(bytes.toString()))

/** The true answer, written in a way that is not quite JSON, or not as expected. */
const changes: Record<string, Change> = {
  'a byte order mark': text((json) => `\ufeff${json}`),
  'UTF-16': (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  'Latin-1': (bytes) => Buffer.from(bytes.toString().replaceAll('a', 'é'), 'latin1'),
  'invalid UTF-8': (bytes) =>
    Buffer.concat([bytes.subarray(0, -1), Buffer.from([0xc3, 0x28, 0xff, 0xfe]), bytes.subarray(-1)]),
  'a tail': text((json) => `${json}x`),
  'a NUL behind it': text((json) => `${json}\u0000`),
  twice: text((json) => `${json}${json}`),
  'twice, in lines': text((json) => `${json}\n${json}\n`),
  'blanks around it': text((json) => `${' \n\t'.repeat(1000)}${json}${' '.repeat(1000)}`),
  'a prefix against JSON hijacking': text((json) => `)]}',\n${json}`),
  'single quotes': text((json) => json.replaceAll('"', "'")),
  comments: text((json) => `/* x */ ${json} // y`),
  'a trailing comma': text((json) => json.replace(/}$/, ',}')),
  NaN: text((json) => json.replace(/:[^,}\]]+/, ':NaN')),
  Infinity: text((json) => json.replace(/:[^,}\]]+/, ':Infinity')),
  'a number of 400 digits': text((json) => json.replace(/:[^,}\]]+/, `:${'9'.repeat(400)}`)),
  'half of it': (bytes) => bytes.subarray(0, Math.ceil(bytes.length / 2)),
  'all but its last byte': (bytes) => bytes.subarray(0, -1),
  'the first byte': (bytes) => bytes.subarray(0, 1),
  nothing: () => Buffer.alloc(0),
  'a blank': () => Buffer.from(' '),
  null: () => Buffer.from('null'),
  undefined: () => Buffer.from('undefined'),
  'a number': () => Buffer.from('7'),
  'a string': () => Buffer.from('"ok"'),
  'a list': () => Buffer.from('[]'),
  'an empty object': () => Buffer.from('{}'),
  'a list around it': text((json) => `[${json}]`),
  'as a string': text((json) => JSON.stringify(json)),
  XML: () => Buffer.from('<?xml version="1.0"?><ok/>'),
  'a page': () => Buffer.from('<!doctype html><title>Sign in to the network</title>'),
  'keys twice': text((json) => json.replace(/^\{/, '{"errcode":1,"errcode":null,"chunk":0,"event_id":1,"room_id":[],')),
  zeros: (bytes) => Buffer.alloc(bytes.length),
  'random bytes': (bytes) => Buffer.from(bytes.map((byte, at) => (byte * 31 + at * 17) & 255)),
}

const types = [
  'application/json',
  'application/json; charset=utf-16',
  'text/html',
  'text/plain',
  'image/png',
  '',
  'x',
  'application/json;'.repeat(50),
]

export function oddBody(random: Random): Behaviour {
  const [name, change] = random.pick(Object.entries(changes))
  const type = random.chance(0.5) ? 'application/json' : random.pick(types)
  return {
    name: `body: ${name}, as "${brief(type)}"`,
    act(response, carryOut) {
      const { status, body } = carryOut()
      const bytes = change(bytesOf(body))
      send(response, status, bytes, { 'content-type': type })
    },
  }
}

const encodings: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  'gzip, cut': (bytes) => gzipSync(bytes).subarray(0, -6),
  'gzip, not really': (bytes) => bytes,
  br: (bytes) => bytes,
  deflate: (bytes) => bytes,
  zstd: (bytes) => bytes,
  'gzip, gzip': (bytes) => gzipSync(gzipSync(bytes)),
  identity: (bytes) => bytes,
  x: (bytes) => bytes,
}

export function encodedBody(random: Random): Behaviour {
  const [name, encode] = random.pick(Object.entries(encodings))
  return {
    name: `encoded: ${name}`,
    act(response, carryOut) {
      const { status, body } = carryOut()
      const encoding = name.replace(/, (cut|not really)$/, '')
      send(response, status, encode(bytesOf(body)), { 'content-encoding': encoding })
    },
  }
}

/** Everything that a person could read in the true answer becomes hostile at once. */
export function hostileAnswer(random: Random): Behaviour {
  const hostile = hostileText(random)
  const keys = random.pick([
    ['body', 'formatted_body'],
    ['error'],
    ['body'],
    ['sender'],
    ['event_id'],
    ['room_id'],
    ['reason'],
    ['displayname', 'display_name'],
    ['user_id'],
    ['creator'],
    ['url'],
    ['session'],
    ['end'],
    ['errcode'],
  ])
  return {
    name: `text of ${keys.join(', ')}: ${brief(hostile)}`,
    forges: true,
    act(response, carryOut) {
      const { status, body } = carryOut()
      const json = Buffer.isBuffer(body)
        ? body
        : Buffer.from(
            JSON.stringify(body, (key, value) => (keys.includes(key) && typeof value === 'string' ? hostile : value)),
          )
      send(response, status, json)
    },
  }
}

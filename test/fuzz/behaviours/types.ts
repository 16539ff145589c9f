import type { Random } from '../random.ts'
import { type Behaviour, bytesOf, send } from './behaviour.ts'
import { brief, hostileText } from './texts.ts'

type Path = readonly (string | number)[]

const others: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => '0',
  () => 'true',
  () => 'null',
  () => [],
  () => [null],
  () => [[]],
  () => [1, 'a', {}],
  () => ({}),
  () => ({ '': '' }),
  () => ({ length: 1e9 }),
  () => JSON.parse('{"toString":"x","valueOf":null,"then":{}}'),
  () => JSON.parse('{"__proto__":{"polluted":true}}'),
  () => nested(2000),
  () => Array.from({ length: 5000 }, () => null),
]

function nested(depth: number): unknown {
  let value: unknown = {}
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** The true answer with one value, anywhere in it, replaced, removed or repeated. */
export function typeConfusion(random: Random): Behaviour {
  const [where, replacement, text] = [random.next(), random.pick(others), hostileText(random)]
  const how = random.pick(['replace', 'replace', 'text', 'text', 'remove', 'whole', 'key'] as const)
  const value = replacement()
  return {
    name: `${how} ${where.toFixed(4)} ${how === 'text' || how === 'key' ? brief(text) : how === 'remove' ? '' : brief(value)}`,
    forges: true,
    act(response, carryOut) {
      const { status, body, contentType } = carryOut()
      if (Buffer.isBuffer(body) || typeof body === 'string') {
        send(response, status, bytesOf(how === 'text' ? text : value), { 'content-type': contentType ?? 'text/plain' })
        return
      }
      const copy = { it: structuredClone(body) as unknown }
      const paths = pathsOf(copy.it, ['it'])
      const path = how === 'whole' ? ['it'] : (paths[Math.floor(where * paths.length)] ?? ['it'])
      change(copy, path, how, how === 'text' || how === 'key' ? text : value)
      send(response, status, bytesOf(copy.it ?? null))
    },
  }
}

/** Every place of a value, itself included; of a long list the first and the last ten. */
export function pathsOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  const some = keys.length > 20 ? [...keys.slice(0, 10), ...keys.slice(-10)] : keys
  return [path, ...some.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key]))]
}

function change(root: object, path: Path, how: string, value: unknown): void {
  let holder = root as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as typeof holder
  const last = path.at(-1) ?? ''
  if (how === 'remove' && path.length > 1) {
    if (Array.isArray(holder)) holder.splice(Number(last), 1)
    else delete holder[last]
  } else if (how === 'key' && !Array.isArray(holder) && path.length > 1) {
    holder[String(value)] = holder[last]
    delete holder[last]
  } else holder[last] = value
}

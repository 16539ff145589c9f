import fc from 'fast-check'
import t from 'tap'
import { textOf } from '../../src/matrix/admin-room/admin-room.ts'
import { correlate } from '../../src/matrix/admin-room/correlate.ts'
import type { RoomEvent } from '../../src/matrix/room-event.ts'

/** ms: what took quadratic time needed minutes for these sizes, and blocked every signal meanwhile. */
const longest = 20_000

const bot = '@conduit:home.test'
const rules = { bots: new Set([bot]), prefix: '!admin' }

/** An event with what is needed of it; the rest is that of a message of the bot. */
function event(fields: Partial<RoomEvent> & { event_id: string }): RoomEvent {
  const none = {
    file: undefined,
    repliesTo: undefined,
    thread: undefined,
    redaction: undefined,
    predecessor: undefined,
  }
  return { type: 'm.room.message', sender: bot, body: '', ...none, ...fields }
}

const command = (event_id: string, thread?: string) =>
  event({ event_id, sender: '@admin:home.test', body: '!admin x', thread })
const many = (count: number, make: (at: number) => RoomEvent) => Array.from({ length: count }, (_, at) => make(at))
const joined = (bodies: readonly string[]) => {
  const [first, ...others] = bodies.map((body, at) => ({ eventId: `$${at}`, body }))
  return first ? textOf({ kind: 'text', parts: [first, ...others], hasEnded: true, isBroken: false }) : ''
}

t.test('joining many parts to a long text takes no time', async (t) => {
  const started = Date.now()
  const long = `${'a\n'.repeat(500_000)}x`
  const text = joined([long, ...Array.from({ length: 8000 }, () => '```\nx')])
  t.ok(text.startsWith(`${long}\`\`\`\nx`))
  t.ok(Date.now() - started < longest)
  const blanks = joined(['x\n', ...Array.from({ length: 100_000 }, () => ' '.repeat(100)), '```'])
  t.equal(blanks.length, 10_000_005)
  t.ok(Date.now() - started < longest)
})

t.test('a part is joined as if all of the text before it were looked at', async (t) => {
  const piece = fc.constantFrom('a', 'b c', '\n', '\r\n', '`', '``', '```', '```x\n', ' ', '\t', ' ```')
  const body = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 6 }), (bodies) => joined(bodies) === reference(bodies)),
    { numRuns: 5000 },
  )
  t.end()
})

/** The same by the rules alone, in quadratic time. */
function reference(bodies: readonly string[]): string {
  const isFence = (line: string) => /^\s*```/.test(line)
  return bodies.reduce((text, part) => {
    const lines = text.split('\n')
    const last = lines.at(-1) ?? ''
    if (last === '') return text + part
    if (isFence(last)) return `${text}\n${part}`
    const isInBlock = lines.filter(isFence).length % 2 === 1
    const [opening = '', ...rest] = part.split('\n')
    return text + (isInBlock && isFence(opening) ? rest.join('\n') : part)
  })
}

t.test('a long reply and many redacted messages after it take no time', async (t) => {
  const started = Date.now()
  const { outcomes } = correlate(
    [
      command('$ours'),
      event({ event_id: '$long', body: '"'.repeat(60_000), repliesTo: '$ours' }),
      ...many(80_000, (at) => event({ event_id: `$r${at}`, redaction: { reason: 'x' } })),
    ],
    new Set(['$ours']),
    rules,
  )
  t.match(outcomes.get('$ours'), { kind: 'text', isBroken: true })
  t.ok(Date.now() - started < longest)
})

t.test('many commands in threads of their own, and many replies in one, take no time', async (t) => {
  for (const thread of ['$root', '$none']) {
    const started = Date.now()
    const { outcomes } = correlate(
      [
        command('$root'),
        ...many(95_000, (at) => command(`$c${at}`, `$t${at}`)),
        ...many(95_000, (at) => event({ event_id: `$r${at}`, body: 'x', thread })),
      ],
      new Set(['$root']),
      rules,
    )
    t.equal(outcomes.get('$root')?.kind, thread === '$root' ? 'text' : undefined)
    t.ok(Date.now() - started < longest)
  }
})

t.test('no more than 1000 parts are kept, and the text counts as incomplete then', async (t) => {
  for (const [count, isBroken] of [
    [1000, false],
    [1001, true],
  ] as const) {
    const parts = many(count, (at) => event({ event_id: `$p${at}`, body: 'x\n', repliesTo: `$p${at - 1}` }))
    const [first, ...others] = parts
    const reply = { ...(first ?? command('$')), repliesTo: '$ours' }
    const { outcomes } = correlate([command('$ours'), reply, ...others], new Set(['$ours']), rules)
    const outcome = outcomes.get('$ours')
    t.match(outcome, { kind: 'text', isBroken })
    t.equal(outcome?.kind === 'text' ? outcome.parts.length : 0, 1000)
  }
})

import t from 'tap'
import { simulatedBed } from './bed.ts'
import { lines, sorted } from './stdout-lines.ts'

t.test('list --ids takes words that are user IDs of this server, and nothing else of the reply', async (t) => {
  const bed = await simulatedBed(t)
  const reply = [
    'vado @one:home.test, (@two:home.test) `@three:home.test` @four:home.test:',
    '@plain:home.test @other:other.test @plain:home.test\t@tab:home.test',
    '@a:home.test.evil @:home.test home.test @b:c:home.test x@d:home.test @é:home.test',
    `@${'x'.repeat(300)}:home.test`,
    '```',
    '@last:home.test',
  ].join('\n')
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'silent' })
  const answer = async (...args: string[]) => {
    bed.hs.room.events.splice(0)
    const running = bed.run('list', ...args)
    for (;;) {
      const asked = bed.hs.room.events.find(({ content }) => /list-users/.test(String(content.body)))
      if (asked) {
        bed.hs.botSays(reply, asked.event_id)
        return running
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const expected = ['@plain:home.test', '@tab:home.test', '@last:home.test']
  t.strictSame(lines((await answer('--ids')).stdout), expected)
  t.strictSame(JSON.parse((await answer('--ids', '--json')).stdout), expected)
})

t.test('a list that comes as a file, with ids on the borders of its pieces', async (t) => {
  const bed = await simulatedBed(t, { accounts: 20_000 })
  const { code, stdout } = await bed.run('list', '--ids')
  t.equal(code, 0)
  t.strictSame(sorted(stdout), bed.hs.listed)
})

t.test('a reply without user IDs is an error and prints nothing', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'reply-unbuildable' })
  const { code, stdout } = await bed.run('list', '--ids', '--timeout', '1')
  t.equal(code, 4)
  t.equal(stdout, '')
})

t.test('a list whose file breaks off is not half a list', async (t) => {
  const bed = await simulatedBed(t, { accounts: 8000 })
  bed.hs.faults.on({ path: /media\/download/ }, { kind: 'truncate' })
  const { code, stdout } = await bed.run('list', '--ids', '--timeout', '3')
  t.equal(code, 4)
  t.equal(stdout, '')
})

t.test('a list of more user IDs than any server has ends in an error, in little memory', async (t) => {
  const bed = await simulatedBed(t)
  const body = Array.from({ length: 600_000 }, (_, number) => `@user${number}:home.test`).join('\n')
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'reply-as-file' })
  const rule = bed.hs.faults.on({ path: /media\/download/ }, { kind: 'answer', status: 200, body })
  const { code, stdout, stderr } = await bed.run('list', '--ids')
  t.ok(rule.hits > 0)
  t.equal(code, 4)
  t.equal(stdout, '')
  t.match(stderr, /too long: more than 500000 user IDs/)
})

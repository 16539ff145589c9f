import { writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { runAgainst } from './hostile-server.ts'

/** ms: what took quadratic time needed a minute or more for these sizes, and no signal ended it. */
const longest = 20_000

t.test('a reply of 1 MB in 1500 parts is shown, and counts as incomplete', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'silent' })
  bed.hs.onCommand('posted', /list-users/, () => {
    let before = bed.hs.room.events.at(-1)?.event_id ?? ''
    for (let part = 0; part < 16; part++) before = bed.hs.botSays(`${'a\n'.repeat(29_999)}x`, before)
    for (let part = 0; part < 1500; part++) before = bed.hs.botSays('```\nx', before)
  })
  const started = Date.now()
  const { code, stdout, stderr } = await bed.run('list')
  t.equal(code, 4)
  t.match(stderr, /error: the reply may be incomplete/)
  t.ok(stdout.length > 900_000)
  t.ok(Date.now() - started < longest)
})

t.test('120,000 sessions of an account, before and after', async (t) => {
  const bed = await simulatedBed(t, { release: 'tuwunel', people: ['bob'] })
  const devices = (name: string) => ({
    devices: Array.from({ length: 120_000 }, (_, at) => ({ device_id: `${name}${at}` })),
  })
  const path = /\/users\/.*\/devices/
  for (const name of ['A', 'B'])
    bed.hs.faults.on({ method: 'GET', path, times: 1 }, { kind: 'answer', status: 200, body: devices(name) })
  bed.hs.faults.on({ method: 'POST', path: /delete_devices/ }, { kind: 'answer', status: 200, body: {} })
  const started = Date.now()
  t.match(await bed.run('logout', 'bob', '--json'), { code: 0, stdout: /"effect":true/ })
  t.ok(Date.now() - started < longest)
})

t.test('show of many accounts with long display names keeps the beginning of each', async (t) => {
  const people = Array.from({ length: 40 }, (_, at) => `u${at}`)
  const bed = await simulatedBed(t, { people })
  bed.hs.faults.on(
    { path: /\/profile\// },
    { kind: 'answer', status: 200, body: { displayname: `\u{1f33f}${'x'.repeat(250_000)}` } },
  )
  const { code, stdout, stderr } = await bed.run('show', ...people)
  t.strictSame({ code, stderr }, { code: 0, stderr: '' })
  const rows = stdout.trimEnd().split('\n')
  t.equal(rows.length, people.length)
  for (const row of rows) t.match(row, /\tactive\tno\t\u{1f33f}x{1000,1030}$/u)
})

t.test('--resume where the room holds 190,000 of our commands for one account', async (t) => {
  const bed = await simulatedBed(t, { people: ['bob'] })
  const all = 190_000
  let from = 0
  const messages = bed.hs.faults.on(
    {
      path: /\/messages\?.*limit=100(&|$)/,
      when: ({ path }) => {
        from = Number(/from=h(\d+)/.exec(path)?.[1] ?? 0)
        return true
      },
    },
    {
      kind: 'act',
      act: (response) => {
        const end = Math.min(all, from + 18_000)
        const chunk = Array.from({ length: end - from }, (_, at) => ({
          event_id: `$c${from + at}`,
          type: 'm.room.message',
          sender: bed.operator.mxid,
          content: { msgtype: 'm.text', body: '!admin users create-user bob' },
        }))
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ chunk, start: 'h', ...(end < all ? { end: `h${end}` } : {}) }))
      },
    },
  )
  const file = `${bed.dataDir}/users.txt`
  writeFileSync(file, 'bob\n')
  const started = Date.now()
  const { code, stderr } = await bed.run('create', '--from', file, '--resume')
  t.ok(messages.hits > 10)
  t.equal(code, 0, stderr)
  t.match(stderr, /its password may not have been shown/)
  t.ok(Date.now() - started < longest)
})

t.test('a list of 55 MB is printed as JSON in bounded memory, and its IDs too', async (t) => {
  const bed = await simulatedBed(t)
  const ids = Array.from({ length: 450_000 }, (_, at) => `@${String(at).padStart(20, 'x')}:home.test\n`).join('')
  const body = Buffer.from(ids.padEnd(45_000_000, '# é 🌿 "\n'))
  bed.hs.faults.onCommand({ line: /list-users/ }, { kind: 'reply-as-file' })
  bed.hs.onCommand('executed', /list-users/, () => {
    // Once the reply stands there.
    setImmediate(() => {
      for (const { content } of bed.hs.room.events)
        if (content.msgtype === 'm.file') content.info = { size: body.length }
    })
  })
  bed.hs.faults.on(
    { path: /\/media\/download/ },
    {
      kind: 'act',
      act: (response) => {
        response.writeHead(200, { 'content-type': 'text/plain' })
        response.end(body)
      },
    },
  )
  const whole = await runAgainst(bed, bed, {}, 'list', '--json')
  t.equal(whole.code, 0, whole.stderr)
  t.equal(JSON.parse(whole.stdout).reply, body.toString())
  t.ok(whole.peak < 200, `${Math.round(whole.peak)} MB`)
  const listed = await runAgainst(bed, bed, {}, 'list', '--ids')
  t.ok(listed.code === 0 && listed.stdout === ids)
  t.ok(listed.peak < 200, `${Math.round(listed.peak)} MB`)
})

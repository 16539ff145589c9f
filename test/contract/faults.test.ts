import { execFile } from 'node:child_process'
import t from 'tap'
import { startElsewhere } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'
import { command } from './binary.ts'

t.test('a command whose answer was lost is executed once', async (t) => {
  const lost = [
    { kind: 'lose-response' },
    { kind: 'truncate' },
    { kind: 'half-json' },
    { kind: 'html', status: 502, accept: true },
  ] as const
  for (const fault of lost) {
    const bed = await simulatedBed(t)
    const rule = bed.hs.faults.on({ method: 'PUT', path: /\/send\//, times: 2 }, fault)
    const { code, stdout } = await bed.run('create', 'alice')
    t.equal(code, 0, fault.kind)
    t.equal(rule.hits, 2)
    t.strictSame(
      bed.hs.executed.map(({ line }) => line),
      ['users create-user alice'],
    )
    t.ok(stdout.includes(bed.hs.accounts.get('alice')?.password ?? '?'))
  }
})

t.test('what is worth repeating is repeated', async (t) => {
  const kinds = [
    { kind: 'limit', retryAfterMs: 30 },
    { kind: 'limit', retryAfterMs: 1000, header: true },
    { kind: 'drop' },
  ] as const
  for (const fault of [...kinds, { kind: 'html', status: 503 } as const])
    for (const path of [/directory/, /\/send\//, /\/messages/, /m\.room\.create/]) {
      const bed = await simulatedBed(t)
      bed.hs.faults.on({ path, times: 1 }, fault)
      t.equal((await bed.run('list')).code, 0, `${fault.kind} ${path}`)
      t.equal(bed.hs.executed.length, 1)
    }
})

t.test('a redirect is never followed', async (t) => {
  const elsewhere = await startElsewhere()
  t.teardown(() => elsewhere.close())
  for (const status of [301, 302, 307, 308] as const) {
    const bed = await simulatedBed(t)
    bed.hs.faults.on({}, { kind: 'redirect', status, to: elsewhere.url })
    t.match(await bed.run('list'), { code: 2, stderr: /redirect, which is never followed/ })
  }
  t.equal(elsewhere.requests.length, 0)
})

t.test('another program at the address is named as that', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({}, { kind: 'html', status: 200 })
  t.match(await bed.run('list', '--timeout', '1'), { code: 2, stderr: /not a Matrix answer/ })
  const missing = await simulatedBed(t)
  missing.hs.faults.on({}, { kind: 'html', status: 404 })
  t.match(await missing.run('list', '--timeout', '1'), { code: 2, stderr: /not a Matrix answer/ })
})

t.test('a post that was never confirmed is said to be uncertain', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ method: 'PUT', path: /\/send\// }, { kind: 'lose-response' })
  const { code, stderr } = await bed.run('create', 'alice', '--timeout', '1')
  t.equal(code, 4)
  t.match(stderr, /may have been sent.*transaction [0-9a-f-]{36}/)
  t.equal(bed.hs.executed.length, 1)
})

t.test('the end of the list is not lost with a file that breaks off', async (t) => {
  for (const fault of [{ kind: 'truncate' }, { kind: 'lose-response' }, { kind: 'html', status: 404 }] as const) {
    const bed = await simulatedBed(t, { accounts: 3000 })
    bed.hs.faults.on({ path: /media\/download/ }, fault)
    const { code } = await bed.run('list', '--timeout', '1')
    t.equal(code, 4, fault.kind)
  }
})

t.test('everything is over within the timeout and 5 s, whatever hangs', async (t) => {
  const steps: [string, RegExp, number][] = [
    ['the alias', /directory/, 3],
    ['the post', /\/send\//, 4],
    ['the room', /\/messages/, 4],
    ['the state', /admin\/suspend/, 0],
    ['the redaction', /\/redact\//, 0],
  ]
  await Promise.all(
    steps.map(([what, path, expected]) =>
      t.test(what, async (t) => {
        const bed = await simulatedBed(t)
        bed.hs.faults.on({ path, skip: what === 'the state' ? 1 : 0 }, { kind: 'hang' })
        const started = Date.now()
        const { code, stdout } = await bed.run('create', 'alice', '--timeout', '2')
        t.equal(code, expected)
        t.ok(Date.now() - started < 8000, `${Date.now() - started} ms`)
        if (expected === 0) t.ok(stdout.includes(bed.hs.accounts.get('alice')?.password ?? '?'))
      }),
    ),
  )
})

t.test('stdout full or closed: exit code 2, what was done is said, and nothing is redacted', async (t) => {
  const bed = await simulatedBed(t)
  for (const [at, target] of ['> /dev/full', '| true'].entries()) {
    const name = `lost${at}`
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      const line = `"$0" create ${name} ${target}; echo "\${PIPESTATUS[0]}"`
      execFile(
        'bash',
        ['-c', line, command[0] ?? ''],
        { env: { PATH: process.env.PATH, ...bed.env } },
        (_, stdout, stderr) => resolve({ stdout, stderr }),
      )
    })
    t.equal(stdout, '2\n', target)
    t.match(stderr, /look at the reply in the admin room \(event .*\), since the command was carried out/)
    t.ok(bed.hs.room.text().includes(bed.hs.accounts.get(name)?.password ?? '?'), 'the password can still be had')
  }
})

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { atTerminal } from './terminal.ts'

const names = (count: number) => Array.from({ length: count }, (_, number) => `pupil${number}`)

/** The replies of a batch by the account above each. */
function repliesOf(stdout: string): Map<string, string> {
  const parts = stdout.split(/^(@[^:\n]+:home\.test):\n/m)
  return new Map(parts.slice(1).flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 2] ?? '']] : [])))
}

t.test('many accounts from a file, in its order, each with its own password', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 2 })
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, `\uFEFF# the new ones\r\n${names(60).join('  # a pupil\r\n')}\r\n\r\n`)
  const { code, stdout, stderr } = await bed.run('create', '--from', file)
  t.equal(code, 0)
  t.equal(stderr, '60 of 60 done\n')
  const replies = repliesOf(stdout)
  t.strictSame(
    [...replies.keys()],
    names(60).map((name) => `@${name}:home.test`),
  )
  for (const name of names(60))
    t.ok(replies.get(`@${name}:home.test`)?.includes(bed.hs.accounts.get(name)?.password ?? '?'), name)
  t.notOk(names(60).some((name) => bed.hs.room.text().includes(bed.hs.accounts.get(name)?.password ?? '?')))
  t.equal(bed.audit().length, 120)
  t.notOk(existsSync(`${file}.failed`))
})

t.test('several users as arguments, from stdin, as JSON', async (t) => {
  const bed = await simulatedBed(t)
  t.match(await bed.run('create', 'alice', 'bob'), { code: 0, stderr: '2 of 2 done\n' })
  const { stdout } = await bed.runWith({ input: 'alice\nbob\n' }, 'suspend', '--from', '-', '--json', '--parallel', '2')
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(objects, [
    { command: '!admin users suspend @alice:home.test', effect: true },
    { command: '!admin users suspend @bob:home.test', effect: true },
  ])
  t.equal((await bed.run('unsuspend', 'alice', '@bob:home.test', '--dry-run')).stdout.split('\n').length, 3)
})

t.test('every fault of a file at once, and nothing is sent', async (t) => {
  const bed = await simulatedBed(t)
  const asked = bed.hs.requests.length
  const input = 'alice\nBob\n\n@alice:home.test\n@carol:else.test\n'
  const { code, stderr } = await bed.runWith({ input }, 'create', '--from', '-')
  t.equal(code, 2)
  t.match(stderr, /line 2: "Bob" is not a localpart/)
  t.match(stderr, /line 4: "@alice:home\.test" is on line 1 already/)
  t.match(stderr, /line 5: "@carol:else\.test" is an account of another server/)
  for (const args of [
    ['create', 'alice', '--from', 'file'],
    ['create', 'alice', '--resume'],
    ['reset-password', 'alice', 'bob', '--resume'],
    ['create', 'alice', 'bob', '--parallel', '0'],
    ['create', '--from', '/nonexistent/file'],
    ['create'],
    ['deactivate', 'alice', 'bob'],
    ['make-admin', 'alice', 'bob'],
  ])
    t.match(await bed.run(...args), { code: 2, stdout: '' }, args.join(' '))
  t.equal(bed.hs.requests.length, asked)
})

t.test('what failed is in a file, fit to be fed back', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('pupil1')
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(5).join('\n'))
  const { code, stderr } = await bed.run('create', '--from', file)
  t.equal(code, 5)
  t.match(stderr, /@pupil1:home\.test: the command had no effect: the name was taken/)
  t.match(stderr, /4 of 5 done, 1 not\n.*error: 1 of 5 failed/)
  t.equal(readFileSync(`${file}.failed`, 'utf8'), 'pupil1\n')
  bed.hs.faults.onCommand({ line: /pupil3/ }, { kind: 'silent' })
  const stopped = await bed.run('suspend', ...names(5), '--parallel', '1', '--timeout', '1', '--failed', `${file}.left`)
  t.equal(stopped.code, 5)
  t.match(stopped.stderr, /it stopped because: no reply within 1s/)
  t.equal(readFileSync(`${file}.left`, 'utf8'), 'pupil3\npupil4\n')
})

t.test('killed half-way and resumed: none twice, every password is shown or named', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 10 })
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(100).join('\n'))
  const first = await bed.runWith(
    {
      started: (child) => {
        const look = setInterval(() => {
          if (!bed.hs.accounts.has('pupil50')) return
          child.kill('SIGKILL')
          clearInterval(look)
        }, 1)
      },
    },
    'create',
    '--from',
    file,
  )
  t.equal(first.signal, 'SIGKILL')
  const second = await bed.run('create', '--from', file, '--resume')
  t.match(second, { code: 0, stderr: /100 of 100 done, \d+ were done before/ })
  const shown = first.stdout + second.stdout
  for (const name of names(100)) {
    const password = bed.hs.accounts.get(name)?.password ?? '?'
    t.ok(shown.includes(password) || second.stderr.includes(`@${name}:home.test exists, but`), name)
    t.notOk(bed.hs.room.text().includes(password), `${name}: gone from the room`)
  }
  const creations = bed.hs.room.events.filter(({ content }) => /create-user/.test(String(content.body)))
  t.equal(new Set(creations.map(({ content }) => content.body)).size, 100)
  t.match(await bed.run('create', '--from', file, '--resume'), { code: 0, stdout: '', stderr: /100 were done before/ })
})

t.test('deactivating many asks for how many they are', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(3)) bed.hs.addAccount(name)
  const argv = [...command, 'deactivate', ...names(3)]
  const question = 'how many accounts'
  t.equal((await atTerminal(argv, bed.env, [[question, '2']])).code, 2)
  t.notOk(names(3).some((name) => bed.hs.accounts.get(name)?.deactivated))
  const seen = await atTerminal(argv, bed.env, [[question, '3']])
  t.equal(seen.code, 0)
  t.match(seen.text, /3 of 3 done/)
})

t.test('a terminal shows how far it is; --quiet and pipes do not', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 250 })
  const argv = [...command, 'create', ...names(6)]
  const seen = await atTerminal(argv, bed.env, [])
  t.equal(seen.code, 0)
  t.match(seen.text, /\[#+\.+\] \d of 6, \d+\.\d\/s, \d+ s left/)
  const quiet = await atTerminal([...command, 'suspend', ...names(6), '--quiet'], bed.env, [])
  t.equal(quiet.code, 0)
  t.notMatch(quiet.text, / of 6/)
  t.equal((await bed.run('unsuspend', ...names(6))).stderr, '6 of 6 done\n')
  t.equal((await bed.run('suspend', ...names(6), '--quiet')).stderr, '')
})

t.test('colours are forced and forbidden by the usual variables', async (t) => {
  const bed = await simulatedBed(t)
  const stderr = async (env: Record<string, string>) => (await bed.runWith({ env }, 'create', 'BAD')).stderr
  t.notOk((await stderr({})).includes('\u001B['))
  t.ok((await stderr({ CLICOLOR_FORCE: '1' })).includes('\u001B['))
  t.notOk((await stderr({ CLICOLOR_FORCE: '1', NO_COLOR: '1' })).includes('\u001B['))
})

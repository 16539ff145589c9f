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
  t.match(stderr, /line 4: "@alice:home\.test" is the same as line 1/)
  t.match(stderr, /line 5: "@carol:else\.test" is an account of another server/)
  for (const args of [
    ['create', 'alice', '--from', 'file'],
    ['reset-password', 'alice', 'bob', '--resume'],
    ['create', 'alice', 'bob', '--parallel', '0'],
    ['create', '--from', '/nonexistent/file'],
    ['create', 'alice', 'bob', '--failed', '-'],
    ['create', 'alice', 'bob', '--failed', '/nonexistent/file'],
    ['logout', 'alice', 'bob', '--resume'],
    ['create', 'alice', 'Bob'],
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
  t.match(stderr, /4 of 5 done, 1 failed\n.*error: 1 of 5 were not done/)
  t.equal(readFileSync(`${file}.failed`, 'utf8'), 'pupil1\n')
  bed.hs.faults.onCommand({ line: /pupil3/ }, { kind: 'silent' })
  const stopped = await bed.run('suspend', ...names(5), '--parallel', '1', '--timeout', '1', '--failed', `${file}.left`)
  t.equal(stopped.code, 5)
  t.match(stopped.stderr, /3 of 5 done, 1 failed, 1 not sent/)
  t.match(stopped.stderr, /it stopped because: no reply within 1s.*\n.*--resume goes on/)
  t.equal(readFileSync(`${file}.left`, 'utf8'), 'pupil3\npupil4\n')
})

t.test('killed half-way, the server too, and resumed: none twice, every password is shown or named', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 2 })
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(500).join('\n'))
  const first = await bed.runWith(
    {
      started: (child) => {
        const look = setInterval(() => {
          if (!bed.hs.accounts.has('pupil250')) return
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
  // The server too: what it had not carried out yet is lost.
  await bed.hs.stop()
  await bed.hs.start()
  const second = await bed.run('create', '--from', file, '--resume')
  t.match(second, { code: 0, stderr: /500 of 500 done, \d+ were done before/ })
  const shown = first.stdout + second.stdout
  for (const name of names(500)) {
    const password = bed.hs.accounts.get(name)?.password ?? '?'
    t.ok(shown.includes(password) || second.stderr.includes(`@${name}:home.test exists, but`), name)
    t.notOk(bed.hs.room.text().includes(password), `${name}: gone from the room`)
  }
  const creations = bed.hs.room.events.filter(({ content }) => /create-user/.test(String(content.body)))
  t.equal(new Set(creations.map(({ content }) => content.body)).size, 500)
  t.match(await bed.run('create', '--from', file, '--resume'), { code: 0, stdout: '', stderr: /500 were done before/ })
})

t.test('asked to end, it sends no more, awaits what was sent, and says how to go on', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const bed = await simulatedBed(t, { delayMs: 20 })
    const file = `${bed.dataDir}/pupils`
    writeFileSync(file, names(60).join('\n'))
    const stopAt = (name: string) => (child: { kill(signal: NodeJS.Signals): void }) => {
      const look = setInterval(() => {
        if (!bed.hs.accounts.has(name)) return
        clearInterval(look)
        child.kill(signal)
      }, 1)
    }
    const first = await bed.runWith({ started: stopAt('pupil20') }, 'create', '--from', file)
    t.equal(first.code, 130, signal)
    t.match(first.stderr, /no more is sent.*\n.* of 60 done, \d+ not sent\n.*error: interrupted.*\n.*--resume goes on/)
    const replies = repliesOf(first.stdout)
    const made = names(60).filter((name) => bed.hs.accounts.has(name))
    t.ok(made.length < 60)
    for (const name of made)
      t.ok(replies.get(`@${name}:home.test`)?.includes(bed.hs.accounts.get(name)?.password ?? '?'), name)
    t.strictSame(
      readFileSync(`${file}.failed`, 'utf8'),
      names(60)
        .slice(made.length)
        .map((name) => `${name}\n`)
        .join(''),
    )
    t.notOk(made.some((name) => bed.hs.room.text().includes(bed.hs.accounts.get(name)?.password ?? '?')))
    t.equal((await bed.run('create', '--from', `${file}.failed`)).code, 0, 'what was not done is fit to be fed back')
    t.match(await bed.run('create', '--from', file, '--resume'), {
      code: 0,
      stderr: '60 of 60 done, 60 were done before\n',
    })
    t.notOk(existsSync(`${file}.failed`), 'nothing is left to be done')
  }
})

t.test('--resume tells whose an account is, shows a reply once, and speaks JSON', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('before')
  bed.hs.addAccount('refused')
  t.equal((await bed.run('create', 'refused')).code, 1)
  t.equal((await bed.run('create', 'kept', '--keep-reply')).code, 0)
  t.equal((await bed.run('create', 'shown')).code, 0)
  // As a run that was killed before it had read the reply leaves it.
  bed.hs.post(bed.operator.mxid, '!admin users create-user unseen')
  await bed.hs.idle()
  t.equal((await bed.run('create', 'unseen')).code, 1, 'a refusal after it does not hide the first reply')
  const all = ['before', 'refused', 'kept', 'shown', 'unseen', 'fresh']
  const { code, stdout, stderr } = await bed.run('create', ...all, '--resume', '--json')
  t.equal(code, 5)
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(objects, [
    { user: '@unseen:home.test', effect: true, redacted: true },
    { user: '@fresh:home.test', effect: true, redacted: true },
  ])
  t.equal(objects.length, 2)
  for (const [at, name] of ['unseen', 'fresh'].entries())
    t.ok(objects[at].reply.includes(bed.hs.accounts.get(name)?.password ?? '?'), name)
  for (const name of ['before', 'refused'])
    t.match(stderr, `@${name}:home.test was there before, by no command of ours`)
  t.match(stderr, /4 of 6 done, 3 were done before, 2 failed\n/)
  t.notOk(bed.hs.room.text().includes(bed.hs.accounts.get('unseen')?.password ?? '?'))
  t.match(await bed.run('create', 'unseen', '--resume'), { code: 0, stdout: '' })
})

t.test('an account without a reply has its object too', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({ line: /pupil1/ }, { kind: 'silent' })
  const { stdout } = await bed.run('suspend', ...names(3), '--parallel', '1', '--timeout', '1', '--json')
  t.match(JSON.parse(stdout.split('\n')[1] ?? ''), { user: '@pupil1:home.test', error: /no reply within 1s/ })
  t.match(JSON.parse((await bed.run('create', 'a', '--dry-run', '--json')).stdout), {
    command: '!admin users create-user a',
  })
})

t.test('what the bot says besides is told for each account', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(3)) bed.hs.addAccount(name)
  const { stderr } = await bed.run('deactivate', ...names(3), '--yes')
  for (const name of names(3)) t.match(stderr, new RegExp(`^@${name}:home\\.test: .`, 'm'))
})

t.test('deactivating many asks for how many they are', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(3)) bed.hs.addAccount(name)
  const argv = [...command, 'deactivate', ...names(3)]
  const question = 'how many they are, to go on'
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

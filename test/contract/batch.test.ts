import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { names, repliesOf } from './pupils.ts'
import { objects } from './stdout-lines.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'
import { letBotTalk } from './voices.ts'

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
  const { stdout } = await bed.runWith({ input: 'carol\ndora\n' }, 'create', '--from', '-', '--json', '--parallel', '2')
  const nobody = await bed.runWith({ input: '# none\n' }, 'unsuspend', '--from', '-')
  t.match(nobody, { code: 0, stdout: '', stderr: 'no users on stdin: nothing to do\n' })
  writeFileSync(`${bed.dataDir}/none`, '\n')
  const wrong = await bed.run('unsuspend', '--from', `${bed.dataDir}/none`)
  t.match(wrong, { code: 2, stderr: /the list of users is empty/ })
  const shown = objects(stdout)
  t.match(shown, [
    { command: '!admin users create-user carol', effect: true },
    { command: '!admin users create-user dora', effect: true },
  ])
  t.equal((await bed.run('unsuspend', 'alice', '@bob:home.test', '--dry-run')).stdout.split('\n').length, 3)
})

t.test('every fault of a file at once, and nothing is sent', async (t) => {
  const bed = await simulatedBed(t)
  const asked = bed.hs.requests.length
  const input = 'alice\nBob\n\n@alice:home.test\n@carol:else.test\n'
  const { code, stderr } = await bed.runWith({ input }, 'create', '--from', '-')
  t.equal(code, 2)
  t.match(stderr, /line 2: invalid username "Bob"; did you mean bob\?/)
  t.match(stderr, /line 4: "@alice:home\.test" is the same as line 1/)
  t.match(stderr, /line 5: "@carol:else\.test" belongs to else\.test, and this server is home\.test/)
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
  const one = ['--yes', '--parallel', '1', '--timeout', '1']
  const stopped = await bed.run('deactivate', ...names(5), ...one, '--failed', `${file}.left`)
  t.equal(stopped.code, 5)
  t.match(stopped.stderr, /3 of 5 done, 1 failed, 1 not sent/)
  t.match(stopped.stderr, /because the batch stopped:\n +no reply within 1s.*\n.*--resume to continue/)
  t.equal(readFileSync(`${file}.left`, 'utf8'), 'pupil3\npupil4\n')
})

t.test('a warning about an account names it once', async (t) => {
  const bed = await simulatedBed(t, { people: ['alice', 'bob'] })
  const { code, stderr } = await bed.run('suspend', 'alice', 'nobody', 'bob')
  t.equal(code, 5)
  t.match(stderr, 'matrix-users: warning: no such account: @nobody:home.test')
  t.equal(stderr.split('@nobody:home.test').length, 2, stderr)
})

t.test('an account without a reply has its object too', async (t) => {
  const bed = await simulatedBed(t, { people: names(3) })
  bed.hs.faults.onCommand({ line: /pupil1/ }, { kind: 'silent' })
  const { stdout } = await bed.run('create', ...names(3), '--parallel', '1', '--timeout', '1', '--json')
  t.match(JSON.parse(stdout.split('\n')[1] ?? ''), { user: '@pupil1:home.test', error: /no reply within 1s/ })
  t.match(JSON.parse((await bed.run('create', 'a', '--dry-run', '--json')).stdout), {
    command: '!admin users create-user a',
  })
})

t.test('what the bot says besides is told for each account', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(3)) bed.hs.addAccount(name)
  letBotTalk(bed.hs)
  // One after another: the simulation lets the bot speak as soon as a command is posted, also while another is carried out.
  const { stderr } = await bed.run('deactivate', ...names(3), '--yes', '--parallel', '1')
  for (const name of names(3)) t.match(stderr, new RegExp(`^@${name}:home\\.test: .`, 'm'))
})

t.test('deactivating many asks for how many they are', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  for (const name of names(3)) bed.hs.addAccount(name)
  const argv = [...command, 'deactivate', ...names(3)]
  const question = 'to confirm:'
  t.equal((await atTerminal(argv, bed.env, [[question, '2']])).code, 2)
  t.notOk(names(3).some((name) => bed.hs.accounts.get(name)?.deactivated))
  const seen = await atTerminal(argv, bed.env, [[question, '3']])
  t.equal(seen.code, 0)
  t.match(seen.text, /3 of 3 done/)
})

t.test('a terminal shows how far it is; --quiet and pipes do not', terminalNeeded, async (t) => {
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

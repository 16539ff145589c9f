import { execFile } from 'node:child_process'
import t from 'tap'
import { freshName, type SimulatedBed, simulatedBed } from './bed.ts'
import { command, quoted } from './binary.ts'
import { lines } from './on-record.ts'

/** Runs a command whose stdout a shell redirects. */
function redirected(bed: SimulatedBed, how: string, ...args: string[]): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...bed.env }
  return new Promise((resolve) => {
    const line = `exec ${quoted(...command, ...args)} ${how}`
    execFile('sh', ['-c', line], { env }, (error, _stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    )
  })
}

/** Runs a command into a pipe whose reader has gone. */
function piped(bed: SimulatedBed, ...args: string[]): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...bed.env }
  return new Promise((resolve) => {
    const line = `set -o pipefail; ${quoted(...command, ...args)} | true`
    execFile('bash', ['-c', line], { env }, (error, _stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    )
  })
}

const refused = {
  code: 2,
  stderr: /^matrix-users: error: stdout is closed, so .* would be lost: nothing was sent\nhint: /,
}

t.test('a reply that nobody reads stays in the room, whoever closed or discards stdout', async (t) => {
  const bed = await simulatedBed(t)
  const [alice, bob] = [freshName(), freshName()]
  const stderr = /warning: nothing reads stdout, so a reply that may hold a password stays in the admin room/
  for (const args of [
    ['create', alice],
    ['create', bob, freshName()],
    ['reset-password', alice, '--json'],
    ['run', '--secret', '--', 'server', 'uptime'],
  ])
    t.match(await redirected(bed, '>&-', ...args), { code: 0, stderr }, args.join(' '))
  t.match(
    await redirected(bed, '<> /dev/null >&0', 'create', freshName()),
    { code: 0, stderr },
    'discarded by a program',
  )
  t.notOk(bed.hs.requests.some(({ path }) => path.includes('/redact/')))
})

t.test('what is shown only once is not asked for where stdout was closed', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite')
  const before = bed.hs.requests.length
  for (const args of [
    ['invite', 'take'],
    ['invite', '--show'],
    ['panel', 'set-password', '--generate'],
  ])
    t.match(await redirected(bed, '>&-', ...args), refused, args.join(' '))
  t.equal(bed.hs.requests.length, before, 'nothing was sent')
  t.notMatch(lines(bed).join('\n'), / given /)
})

t.test('a panel password that was generated and could not be printed', async (t) => {
  const bed = await simulatedBed(t)
  t.match(await redirected(bed, '> /dev/full', 'panel', 'set-password', '--generate'), {
    code: 2,
    stderr:
      /^matrix-users: error: cannot write to stdout \(ENOSPC\)\nhint: run `matrix-users panel set-password` again: the panel has a new password/,
  })
})

t.test('stdout may be closed where nothing is lost, and /dev/null discards', async (t) => {
  const bed = await simulatedBed(t)
  const [alice, bob] = [freshName(), freshName()]
  t.match(await redirected(bed, '>&-', 'create', alice, '--keep-reply'), { code: 0, stderr: '' })
  t.match(await redirected(bed, '>&-', 'suspend', alice), { code: 0, stderr: '' })
  t.match(await redirected(bed, '> /dev/null', 'create', bob), { code: 0, stderr: '' })
  t.match(await redirected(bed, '>> /dev/null', 'reset-password', bob), { code: 0, stderr: '' })
})

t.test('a reader that has enough ends what only prints, and is no failure', async (t) => {
  const bed = await simulatedBed(t)
  const alice = bed.hs.addAccount(freshName()).localpart
  await bed.run('suspend', alice)
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['list', '--ids'],
    ['list', '--state', '--json'],
    ['show', alice],
    ['invite', 'list', '--json'],
    ['audit'],
    ['audit', '--json'],
    ['check'],
    ['check', '--json'],
    ['settings'],
    ['completion', 'fish'],
    ['help', 'create'],
    ['create', '--help'],
  ])
    t.match(await piped(bed, ...args), { code: 0, stderr: '' }, args.join(' '))
})

t.test('what was done before its reader went away is said and recorded so', async (t) => {
  for (const release of ['26.8', 'tuwunel'] as const) {
    const bed = await simulatedBed(t, { release }, t.testdir())
    const [alice, bob] = [freshName(), freshName()]
    for (const name of [alice, bob]) bed.hs.addAccount(name)
    const stderr = /error: stdout was closed.*\nhint: look at the (reply|state).*, since the command was carried out/
    t.match(await piped(bed, 'suspend', alice, '--json'), { code: 2, stderr }, release)
    t.match(bed.audit().at(-1), { op: 'suspend', rc: 2, outcome: 'not shown' })
    const several = await piped(bed, 'suspend', bob, alice, '--json', '--parallel', '1')
    t.match(several, { code: 5, stderr: /\nhint: not done: .*\n {2}look at the (reply|state).*carried out\n/ }, release)
  }
})

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { type SimulatedBed, simulatedBed } from '../contract/bed.ts'
import { built, canUnshare, isQueueing, promise, read, start, until } from './contenders.ts'

const needsUnshare = canUnshare ? {} : { skip: 'needs unshare -n' }

t.test('the program waits for an owner in another network namespace', needsUnshare, async (t) => {
  const script = built(t)
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  const owner = start(script, file, Number.POSITIVE_INFINITY, true)
  t.teardown(() => owner.kill('SIGKILL'))
  await until(() => read(`${file}.turns`) !== '')
  const run = bed.run('invite', 'list')
  const first = Promise.race([
    run.then(() => 'ended'),
    until(() => isQueueing(`${bed.dataDir}/secrets`)).then(() => 'queueing'),
  ])
  t.equal(await first, 'queueing')
  t.equal(bed.hs.requests.length, 0, 'nothing is asked while another has the lock')
  owner.kill('SIGKILL')
  t.equal((await run).code, 0)
})

t.test('a run that is killed with the lock keeps nobody waiting', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ path: /register$/, times: 1 }, { kind: 'hang' })
  const killed = await bed.runWith(
    {
      started: async (child) => {
        await until(() => bed.hs.requests.length > 0)
        child.kill('SIGKILL')
      },
    },
    'invite',
  )
  t.equal(killed.signal, 'SIGKILL')
  const started = Date.now()
  t.match(await bed.run('invite'), { code: 0, stderr: '' })
  t.ok(Date.now() - started < promise)
  t.strictSame(readdirSync(`${bed.dataDir}/secrets`).sort(), ['admin-credentials.env', 'invite-tokens.txt'])
})

t.test('who cannot write to the folder cannot take the lock', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${realpathSync(`${bed.dataDir}/secrets`)}/invite-tokens.txt`
  const name = `matrix-users-${createHash('sha256').update(file).digest('hex').slice(0, 40)}`
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(`\0${name}`, resolve))
  t.teardown(() => squatter.close())
  t.match(await bed.run('invite'), { code: 0, stderr: '' })
})

/** A bed in whose `secrets` another process keeps the lock of a file. */
async function bedWithLocked(t: Test, name: string): Promise<SimulatedBed> {
  const script = built(t)
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/secrets/${name}`
  const owner = start(script, file, Number.POSITIVE_INFINITY, false)
  t.teardown(() => owner.kill('SIGKILL'))
  await until(() => read(`${file}.turns`) !== '')
  return bed
}

t.test('waiting ends after 30 s with the cause, and at once with Ctrl-C', async (t) => {
  const bed = await bedWithLocked(t, 'invite-tokens.txt')
  const interrupted = await bed.runWith(
    {
      started: async (child) => {
        await until(() => isQueueing(`${bed.dataDir}/secrets`))
        child.kill('SIGINT')
      },
    },
    'invite',
  )
  t.match(interrupted, { code: 130, stderr: /error: interrupted/ })
  const stderr =
    /error: another matrix-users has been using .*invite-tokens\.txt for 30 s: nothing was done\nhint: wait/
  t.match(await bed.run('invite', 'take'), { code: 3, stdout: '', stderr }, 'a script may try again')
  t.strictSame(bed.audit(), [], 'nothing was begun')
  t.equal(bed.hs.requests.length, 0)
})

t.test('login opens no session before it has the lock', async (t) => {
  const bed = await bedWithLocked(t, 'admin-credentials.env')
  const { code } = await bed.runWith(
    {
      input: bed.hs.login('admin'),
      started: async (child) => {
        await until(() => isQueueing(`${bed.dataDir}/secrets`))
        child.kill('SIGINT')
      },
    },
    'login',
    bed.url,
    '--with-token',
  )
  t.equal(code, 130)
  const asked = bed.hs.requests.map(({ path }) => path)
  t.ok(asked.length > 0)
  t.notOk(asked.some((path) => /whoami|login$/.test(path)))
})

t.test('what stands in the way of the lock is an error', async (t) => {
  for (const kind of ['link', 'file', 'content']) {
    const bed = await simulatedBed(t)
    const lock = `${bed.dataDir}/secrets/invite-tokens.txt.lock`
    if (kind === 'link') symlinkSync(bed.dataDir, lock)
    if (kind === 'file') writeFileSync(lock, '')
    if (kind === 'content') mkdirSync(lock)
    if (kind === 'content') writeFileSync(`${lock}/notes`, 'kept')
    t.match(await bed.run('invite'), { code: 2, stderr: /error: .* is not a lock of matrix-users/ })
    if (kind === 'content') t.equal(read(`${lock}/notes`), 'kept')
    t.equal(bed.hs.requests.length, 0)
  }
})

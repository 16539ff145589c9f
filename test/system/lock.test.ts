import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import t, { type Test } from 'tap'
import { simulatedBed } from '../contract/bed.ts'

const kills = 60
const contenders = 6
/** ms within which the lock of a killed owner must be free, by promise. */
const promise = 10_000
const canUnshare = spawnSync('unshare', ['-n', 'true']).status === 0
const asRoot = process.getuid?.() === 0 ? {} : { skip: 'needs root' }
const needsUnshare = canUnshare ? {} : { skip: 'needs unshare -n' }

/** The contender as one file that node runs without a loader: it is started some hundred times. */
function built(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-lock-'))
  chmodSync(folder, 0o755)
  t.teardown(() => rmSync(folder, { recursive: true }))
  const outfile = `${folder}/contender.mjs`
  const entryPoints = [fileURLToPath(new URL('contender.ts', import.meta.url))]
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' })
  return outfile
}

function start(script: string, file: string, turns: number, elsewhere: boolean, uid?: number): ChildProcess {
  const [program = '', ...args] = [
    ...(elsewhere ? ['unshare', '-n'] : []),
    process.execPath,
    script,
    file,
    String(turns),
  ]
  return spawn(program, args, { stdio: 'ignore', ...(uid === undefined ? {} : { uid, gid: uid }) })
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await setTimeout(2)
}

/** Whether somebody waits for a lock in this folder. */
function isQueueing(folder: string): boolean {
  return readdirSync(folder).some((name) => /\.lock\.[0-9a-f]{16}$/.test(name))
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

t.test(
  `${contenders} processes, in two network namespaces, ${kills} killed: never two owners, and free again`,
  async (t) => {
    const script = built(t)
    // Longer than the address of a socket may be.
    const folder = `${t.testdir()}/${'long'.repeat(40)}`
    mkdirSync(folder, { mode: 0o700 })
    const file = `${folder}/file`
    const running = new Set<ChildProcess>()
    t.teardown(() => {
      for (const child of running) child.kill('SIGKILL')
    })
    const add = (at: number) => running.add(start(script, file, 1_000_000, canUnshare && at % 2 === 0))
    for (let at = 0; at < contenders; at++) add(at)
    let owners = 0
    for (let killed = 0; killed < kills; killed++) {
      const turns = read(`${file}.turns`).length
      // Each kill comes after a turn, so that most of them hit an owner or somebody in the queue.
      await until(() => read(`${file}.turns`).length > turns)
      const owner = Number(read(`${file}.owner`))
      const all = [...running]
      const victim = all.find(({ pid }) => pid === owner && killed % 2 === 0) ?? all[killed % all.length]
      if (victim?.pid === owner) owners += 1
      victim?.kill('SIGKILL')
      if (victim) running.delete(victim)
      add(killed)
    }
    for (const child of running) child.kill('SIGKILL')
    await Promise.all([...running].map(ended))
    t.equal(read(`${file}.faults`), '', 'nobody else was in')
    t.ok(owners > kills / 10, `${owners} of the killed had it last`)
    const started = Date.now()
    t.equal(await ended(start(script, file, 1, false)), 0)
    t.ok(Date.now() - started < promise)
    t.strictSame(
      readdirSync(folder).filter((name) => name.includes('.lock')),
      [],
      'nothing is left beside it',
    )
  },
)

t.test('many turns of many processes: each gets its turns', async (t) => {
  const script = built(t)
  const file = `${t.testdir()}/file`
  const all = Array.from({ length: contenders }, () => start(script, file, 20, false))
  t.strictSame(await Promise.all(all.map(ended)), Array(contenders).fill(0))
  t.equal(read(`${file}.turns`).split('\n').length - 1, contenders * 20)
  t.equal(read(`${file}.faults`), '')
  t.strictSame(readdirSync(t.testdirName).sort(), ['file.owner', 'file.turns'])
})

t.test('root and the user of the folder wait for each other, and free what the other left', asRoot, async (t) => {
  const script = built(t)
  const uid = 4711
  const folder = `${t.testdir()}/theirs`
  mkdirSync(folder, { mode: 0o700 })
  spawnSync('chown', [`${uid}:${uid}`, folder])
  const file = `${folder}/file`
  for (const end of ['owner', 'turns']) spawnSync('install', ['-m', '666', '/dev/null', `${file}.${end}`])
  for (const [first, next] of [
    [undefined, uid],
    [uid, undefined],
  ]) {
    const before = read(`${file}.turns`)
    const owner = start(script, file, Number.POSITIVE_INFINITY, false, first)
    t.teardown(() => owner.kill('SIGKILL'))
    await until(() => read(`${file}.turns`) > before)
    const waiting = start(script, file, 1, false, next)
    await until(() => isQueueing(folder))
    t.equal(waiting.exitCode, null)
    owner.kill('SIGKILL')
    t.equal(await ended(waiting), 0)
  }
  t.equal(read(`${file}.faults`), '')
})

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

t.test('waiting ends after 30 s with the cause, and at once with Ctrl-C', async (t) => {
  const script = built(t)
  const bed = await simulatedBed(t)
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  const owner = start(script, file, Number.POSITIVE_INFINITY, false)
  t.teardown(() => owner.kill('SIGKILL'))
  await until(() => read(`${file}.turns`) !== '')
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
  t.match(await bed.run('invite'), { code: 2, stderr })
  t.equal(bed.hs.requests.length, 0)
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

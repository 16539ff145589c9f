import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import t from 'tap'
import { built, canUnshare, ended, isQueueing, promise, read, start, until } from './contenders.ts'

const kills = 60
const contenders = 6
const asRoot = process.getuid?.() === 0 ? {} : { skip: 'needs root' }

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

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { withLock } from '../../src/system/lock.ts'

/**
 * Takes the lock of a file over and over until it is killed or has had it `turns` times; with `Infinity` it keeps it. While it has the lock its id stands
 * in FILE.owner: any other id there means that two had it. Each turn is a line of FILE.turns, each such fault one of FILE.faults.
 */
const [file = '', turns = '1'] = process.argv.slice(2)
const id = String(process.pid)
const locker = { userId: process.geteuid?.(), interrupt: new AbortController().signal }

for (let turn = 0; turn < Number(turns); turn++) {
  await withLock(file, locker, async () => {
    writeFileSync(`${file}.owner`, id)
    for (let step = 0; step < 20; step++) await setImmediate()
    if (readFileSync(`${file}.owner`, 'utf8') !== id) appendFileSync(`${file}.faults`, `${id}\n`)
    appendFileSync(`${file}.turns`, `${id}\n`)
    if (turns === 'Infinity') await setTimeout(2 ** 31 - 1)
  })
  // Others are waiting, and nobody is in a queue.
  await setTimeout(Math.random() * 30)
}

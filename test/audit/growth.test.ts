import { writeFileSync } from 'node:fs'
import t from 'tap'
import { readLines } from '../../src/audit/read.ts'

/** ms: what took quadratic time needed longer for this size. */
const longest = 20_000

t.test('a line of 64 MiB, such as a crash leaves, is read in no time', async (t) => {
  const file = `${t.testdir()}/log`
  writeFileSync(file, `first\n${'\0'.repeat(64 * 1024 * 1024)}\nlast`)
  const started = Date.now()
  const lengths: number[] = []
  for await (const line of readLines(file)) lengths.push(line.length)
  t.strictSame(lengths, [5, 64 * 1024 * 1024, 4])
  t.ok(Date.now() - started < longest)
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { readLines } from '../../src/audit/read.ts'
import { command, runBinary } from '../contract/binary.ts'
import { logLine, operationLines, writeLongLog } from './long-log.ts'

/** ms: what took quadratic time needed longer for this size. */
const longest = 20_000
const mebibyte = 1024 * 1024

t.test('a line of 64 MiB, such as a crash leaves, is read in no time', async (t) => {
  const file = `${t.testdir()}/log`
  writeFileSync(file, `first\n${'\0'.repeat(64 * mebibyte)}\nlast`)
  const started = Date.now()
  const lengths: number[] = []
  for await (const line of readLines(file)) lengths.push(line.length)
  t.strictSame(lengths, [5, 64 * mebibyte, 4])
  t.ok(Date.now() - started < longest)
})

t.test('the lines from an offset on are whole', async (t) => {
  const file = `${t.testdir()}/log`
  writeFileSync(file, 'one\ntwo\nthree')
  const from = async (start: number) => {
    const lines: string[] = []
    for await (const line of readLines(file, start)) lines.push(line)
    return lines
  }
  t.strictSame(await from(0), ['one', 'two', 'three'])
  t.strictSame(await from(1), ['two', 'three'])
  t.strictSame(await from(3), ['two', 'three'])
  t.strictSame(await from(4), ['two', 'three'], 'a line that begins there')
  t.strictSame(await from(8), ['three'])
  t.strictSame(await from(10), [])
})

t.test('200,000 operations without an end', async (t) => {
  const dataDir = t.testdir()
  const count = writeLongLog(dataDir, 30 * mebibyte, '', logLine('user-op-start', '@bob:home.test'), '')
  const started = Date.now()
  const { code, stdout } = await runBinary(['audit'], { env: { DATA_DIR: dataDir } })
  t.equal(code, 0)
  t.equal(stdout.split('\n').length - 1, count)
  t.ok(Date.now() - started < longest)
})

t.test('Ctrl-C ends the reading of a long log, also where nothing more is shown', async (t) => {
  const dataDir = t.testdir()
  writeLongLog(dataDir, 64 * mebibyte, operationLines('@alice:home.test'), operationLines('@bob:home.test'), '')
  const [program = '', ...first] = command
  const child = spawn(program, [...first, 'audit', '--user', 'alice'], {
    env: { DATA_DIR: dataDir, HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let error = ''
  child.stderr.on('data', (chunk) => {
    error += chunk
  })
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  t.strictSame(await closed, [130, null], error)
})

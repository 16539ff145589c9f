import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { command, quoted, runBinary } from './binary.ts'

const mebibyte = 1024 * 1024
const names = (count: number) => Array.from({ length: count }, (_, at) => `u${at}`)

t.test('what a person gives has bounds, and the error names them', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${t.testdirName}/users`
  const refused = async (error: RegExp, input: string | undefined, ...args: string[]) => {
    const options = input === undefined ? {} : { input }
    t.match(await bed.runWith(options, ...args), { code: 2, stdout: '', stderr: error }, args.slice(0, 4).join(' '))
  }
  const tooLong = `u\n${'#'.repeat(4 * mebibyte)}`
  writeFileSync(file, tooLong)
  await refused(/error: .*users is larger than 4194304 bytes/, undefined, 'create', '--from', file)
  await refused(/error: stdin is larger than 4194304 bytes/, tooLong, 'create', '--from', '-')
  await refused(/error: .*users is larger than 1048576 bytes/, undefined, 'run', '--block', file, '--', 'users', 'x')
  await refused(/error: stdin is larger than 1048576 bytes/, tooLong, 'run', '--block', '-', '--', 'users', 'x')
  await refused(/error: stdin is larger than 1048576 bytes/, tooLong, 'invite', 'revoke', '-')
  writeFileSync(file, names(100_001).join('\n'))
  await refused(/error: more than 100000 users, so nothing was sent\nhint: split/, undefined, 'create', '--from', file)
  const irregular = /error: \/dev\/zero is not a regular file/
  await refused(irregular, undefined, 'create', '--from', '/dev/zero', '--failed', `${file}.failed`)
  await refused(irregular, undefined, 'run', '--block', '/dev/zero', '--', 'users', 'x')
  await refused(/error: more than 10000 arguments\nhint: .*--from FILE/, undefined, 'create', ...names(10_000))
  t.strictSame(bed.audit(), [], 'nothing was sent')
})

t.test('10,000 long lines are well within them', async (t) => {
  const bed = await simulatedBed(t)
  const file = `${t.testdirName}/users`
  const lines = names(10_000).map((name) => `${name.padEnd(64, 'x')} # ${'y'.repeat(300)}`)
  writeFileSync(file, lines.join('\n'))
  for (const [from, input] of [[file], ['-', lines.join('\n')]] as const) {
    const options = input === undefined ? {} : { input }
    const { code, stdout, stderr } = await bed.runWith(options, 'create', '--dry-run', '--from', from)
    t.strictSame({ code, lines: stdout.split('\n').length - 1, stderr }, { code: 0, lines: 10_000, stderr: '' })
  }
})

t.test('a pipe with a name is read to its end or its bound, and Ctrl-C ends the waiting for it', async (t) => {
  const bed = await simulatedBed(t)
  const dryRun = ['create', '--dry-run', '--failed', `${bed.dataDir}/failed`, '--from']
  const piped = async (script: string) => {
    const run = `${quoted(...command, ...dryRun)} <(${script})`
    const words = ['-c', run]
    try {
      return execFileSync('bash', words, { env: { ...process.env, ...bed.env }, encoding: 'utf8', stdio: 'pipe' })
    } catch (error) {
      return (error as { stderr: string }).stderr
    }
  }
  t.equal(await piped('echo alice; echo bob'), '!admin users create-user alice\n!admin users create-user bob\n')
  t.match(await piped('yes'), /error: .* is larger than 4194304 bytes/)
  const pipe = `${t.testdirName}/pipe`
  execFileSync('mkfifo', [pipe])
  const waiting = runBinary([...dryRun, pipe], {
    env: bed.env,
    // It can be opened to write to once it is open to read.
    started: async (child) => {
      const writer = await open(pipe, 'w')
      child.once('exit', () => writer.close())
      child.kill('SIGINT')
    },
  })
  t.match(await waiting, { code: 130, stdout: '', stderr: /interrupted/ })
})

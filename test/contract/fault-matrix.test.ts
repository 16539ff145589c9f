import t, { type Test } from 'tap'
import { operations } from '../../src/operations/table.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { faultKinds as kinds } from './fault-kinds.ts'

/** The steps of a command, by the request that takes it there. */
const downloading = 'downloading'
const steps: [string, RegExp][] = [
  ['finding the room', /directory/],
  ['asking who the bot is', /m\.room\.create/],
  ['posting', /\/send\//],
  ['waiting', /\/messages/],
  [downloading, /\/media\/download\//],
  ['asking the state', /client\/v1\/admin\//],
  ['redacting', /\/redact\//],
]

/** ms for a command: the first with which it meets the fault and ends in time. A busy machine may keep it from both for longer. */
const limits = [1500, 6000, 20_000]
const inFlight = 12

/** What a write is called, and its arguments. */
const writes: [string, string[]][] = [
  ...operations
    .filter((operation) => operation.writes)
    .map(({ name, retype }): [string, string[]] => [name, [name, 'alice', ...(retype ? ['--yes'] : [])]]),
  ['run', ['run', '--secret', '--', 'users', 'create-user', 'alice']],
]

t.test('faults at each step: never twice, never a false success, over in time', async (t) => {
  t.jobs = inFlight
  const codes = new Map<number | null, number>()
  let number = 0
  for (const [name, args] of writes)
    for (const [step, path] of await stepsOf(t, name, args))
      for (const fault of kinds) {
        const always = number++ % 2 === 0
        const title = `${name}: ${fault.kind} ${always ? 'always' : 'once'} while ${step}`
        t.test(`${number} ${title}`, { buffered: true }, async (t) => {
          for (const limit of limits) {
            const bed = await situation(t, name, step)
            // The state is asked before and after: what goes wrong the first time, or for good after it.
            const rule = bed.hs.faults.on({ path, ...(always ? {} : { times: 1 }) }, fault)
            const problems = await problemsOf(bed, name, args, limit, codes)
            if ((rule.hits === 0 || problems.late) && limit !== limits.at(-1)) continue
            t.ok(rule.hits > 0, 'the fault came true')
            t.strictSame(problems.faults, [], problems.stderr)
            return
          }
        })
      }
  t.teardown(() => t.comment(`exit codes: ${JSON.stringify([...codes])}`))
})

/** The steps that a command takes where nothing is wrong: only what it asks for can go wrong. */
async function stepsOf(t: Test, name: string, args: string[]): Promise<typeof steps> {
  const taken: typeof steps = []
  for (const situated of [downloading, '']) {
    const bed = await situation(t, name, situated)
    t.equal((await bed.run(...args)).code, 0, name)
    for (const [step, path] of steps)
      if ((step === downloading) === (situated === downloading) && bed.hs.requests.some((each) => path.test(each.path)))
        taken.push([step, path])
  }
  return taken
}

async function situation(t: Test, name: string, step: string): Promise<SimulatedBed> {
  const bed = await simulatedBed(t)
  if (name !== 'create' && name !== 'run') bed.hs.addAccount('alice')
  if (step === downloading) bed.hs.faults.fileLimit = 1
  return bed
}

async function problemsOf(
  bed: SimulatedBed,
  name: string,
  args: string[],
  limit: number,
  codes: Map<number | null, number>,
) {
  const secret = ['create', 'reset-password', 'run'].includes(name)
  const started = Date.now()
  const { code, stdout, stderr } = await bed.runWith({ env: { MATRIX_ADMIN_TIMEOUT: String(limit / 1000) } }, ...args)
  const ms = Date.now() - started
  const late = ms > limit + 5000 + 4000
  codes.set(code, (codes.get(code) ?? 0) + 1)
  const executed = bed.hs.executed.length
  const succeeded = [0, 1].includes(code ?? -1)
  const problems: [string, boolean][] = [
    [`executed ${executed} times`, executed > 1],
    ['success without a reply', succeeded && (executed !== 1 || !stdout.endsWith('\n'))],
    [
      'success without the password',
      code === 0 && secret && !stdout.includes(bed.hs.accounts.get('alice')?.password ?? '?'),
    ],
    ['no effect, which is not so', code === 1],
    ['it says that nothing was done', (code === 2 || code === 3) && executed > 0],
    [`exit code ${code}`, ![0, 1, 2, 3, 4].includes(code ?? -1)],
    ['no error', code !== 0 && !/error: /.test(stderr)],
    [`${ms} ms`, late],
  ]
  return { stderr, late, faults: problems.flatMap(([problem, is]) => (is ? [problem] : [])) }
}

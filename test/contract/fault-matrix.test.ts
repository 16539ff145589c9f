import t from 'tap'
import { operations } from '../../src/operations/table.ts'
import type { HttpFault } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'
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

const timeoutMs = 1500
const inFlight = 8

/** What a write is called, and its arguments. */
const writes: [string, string[]][] = [
  ...operations
    .filter((operation) => operation.writes)
    .map(({ name, retype }): [string, string[]] => [name, [name, 'alice', ...(retype ? ['--yes'] : [])]]),
  ['run', ['run', '--secret', '--', 'users', 'create-user', 'alice']],
]

interface Case {
  name: string
  args: string[]
  step: string
  path: RegExp
  fault: HttpFault
  always: boolean
}

const cases: Case[] = writes
  .flatMap(([name, args]) => steps.flatMap(([step, path]) => kinds.map((fault) => ({ name, args, step, path, fault }))))
  .map((one, at) => ({ ...one, always: at % 2 === 0 }))

t.test(`${cases.length} faults: never twice, never a false success, over in time`, async (t) => {
  t.jobs = inFlight
  const codes = new Map<number | null, number>()
  for (const one of cases)
    t.test(
      `${one.name}: ${one.fault.kind} ${one.always ? 'always' : 'once'} while ${one.step}`,
      { buffered: true },
      async (t) => {
        const { name, step, path, fault, always } = one
        const secret = ['create', 'reset-password', 'run'].includes(name)
        const bed = await simulatedBed(t)
        if (name !== 'create' && name !== 'run') bed.hs.addAccount('alice')
        if (step === downloading) bed.hs.faults.fileLimit = 1
        // The state is asked before and after: what goes wrong the first time, or for good after it.
        bed.hs.faults.on({ path, ...(always ? {} : { times: 1 }) }, fault)
        const started = Date.now()
        const { code, stdout, stderr } = await bed.runWith(
          { env: { MATRIX_ADMIN_TIMEOUT: String(timeoutMs / 1000) } },
          ...one.args,
        )
        codes.set(code, (codes.get(code) ?? 0) + 1)
        const executed = bed.hs.executed.length
        const faults = [
          ...(executed > 1 ? [`executed ${executed} times`] : []),
          ...([0, 1].includes(code ?? -1) && (executed !== 1 || !stdout.endsWith('\n'))
            ? ['success without a reply']
            : []),
          ...(code === 0 && secret && !stdout.includes(bed.hs.accounts.get('alice')?.password ?? '?')
            ? ['success without the password']
            : []),
          ...(code === 1 ? ['no effect, which is not so'] : []),
          ...(code === 2 && executed > 0 ? ['it says that nothing was done'] : []),
          ...([0, 1, 2, 4].includes(code ?? -1) ? [] : [`exit code ${code}`]),
          ...(code !== 0 && !/error: /.test(stderr) ? ['no error'] : []),
          ...(Date.now() - started > timeoutMs + 5000 + 1500 ? [`${Date.now() - started} ms`] : []),
        ]
        t.strictSame(faults, [], stderr)
      },
    )
  t.teardown(() => t.comment(`exit codes: ${JSON.stringify([...codes])}`))
})

import t from 'tap'
import { operations } from '../../src/operations.ts'
import type { HttpFault } from '../homeserver/index.ts'
import { simulatedBed } from './bed.ts'

/** The steps of a command, by the request that takes it there. */
const steps: [string, RegExp][] = [
  ['finding the room', /directory/],
  ['asking who the bot is', /m\.room\.create/],
  ['posting', /\/send\//],
  ['waiting', /\/messages/],
  ['asking the state', /client\/v1\/admin\//],
  ['redacting', /\/redact\//],
]

const kinds: HttpFault[] = [
  { kind: 'drop' },
  { kind: 'hang' },
  { kind: 'lose-response' },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 500, accept: true },
  { kind: 'truncate' },
  { kind: 'endless' },
  { kind: 'half-json' },
  { kind: 'answer', status: 200, body: 'neither JSON nor HTML', contentType: 'text/plain', accept: true },
]

const timeoutMs = 1500
const inFlight = 8

interface Case {
  name: string
  step: string
  path: RegExp
  fault: HttpFault
  always: boolean
}

const cases: Case[] = operations
  .filter(({ writes }) => writes)
  .flatMap(({ name }) => steps.flatMap(([step, path]) => kinds.map((fault) => ({ name, step, path, fault }))))
  .map((one, at) => ({ ...one, always: at % 2 === 0 }))

t.test(`${cases.length} faults: never twice, never a false success, over in time`, async (t) => {
  t.jobs = inFlight
  const codes = new Map<number | null, number>()
  for (const one of cases)
    t.test(
      `${one.name}: ${one.fault.kind} ${one.always ? 'always' : 'once'} while ${one.step}`,
      { buffered: true },
      async (t) => {
        const { name, path, fault, always } = one
        const bed = await simulatedBed(t)
        if (name !== 'create') bed.hs.addAccount('alice')
        // The state is asked before and after: what goes wrong the first time, or for good after it.
        bed.hs.faults.on({ path, ...(always ? {} : { times: 1 }) }, fault)
        const started = Date.now()
        const args = [name, 'alice', '--timeout', String(timeoutMs / 1000), ...(name === 'deactivate' ? ['--yes'] : [])]
        const { code, stdout, stderr } = await bed.run(...args)
        codes.set(code, (codes.get(code) ?? 0) + 1)
        const executed = bed.hs.executed.length
        const faults = [
          ...(executed > 1 ? [`executed ${executed} times`] : []),
          ...([0, 1].includes(code ?? -1) && (executed !== 1 || stdout === '') ? ['success without a reply'] : []),
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

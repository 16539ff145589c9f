import t from 'tap'
import { parseInvite } from '../../src/invites/ledger.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { lines, missing } from './on-record.ts'
import { SignalAt } from './signal-at.ts'

const count = '3'
const moments = ['before', 'done', 'answered'] as const
/** No two runs have as many changes of the folder; the first six there are in every run. */
const changes = 6
/** A killed run's lock is free again within 10 s, which the next run waits for. */
const inFlight = 20

for (const kind of ['continuwuity', 'synapse'] as const)
  t.test(`${kind}: killed at each request, and when a file changes`, { jobs: inFlight }, async (t) => {
    const sound = await simulatedBed(t, { kind, delayMs: 3 })
    await sound.run('invite', count)
    // The last two requests tidy up: a kill behind them would come too late.
    const requests = sound.hs.requests.length - 2
    const test = (name: string, arm: (kill: SignalAt, bed: SimulatedBed) => void) =>
      t.test(name, { buffered: true }, async (t) => {
        const bed = await simulatedBed(t, { kind, delayMs: 3 })
        const kill = new SignalAt('SIGKILL')
        arm(kill, bed)
        const { signal } = await bed.runWith({ started: kill.started }, 'invite', count)
        t.equal(signal, 'SIGKILL', 'it was killed')
        bed.hs.faults.clear()
        const whole = lines(bed).slice(0, -1)
        t.strictSame(
          whole.filter((line) => parseInvite(line) === undefined),
          [],
          'no torn line',
        )
        t.equal(lines(bed).at(-1), '', 'no torn line')
        t.match(await bed.run('invite', '--ensure', '1'), { code: 0, stderr: '' }, 'the next run')
        t.equal(missing(bed), 0, 'every live token is on record')
      })
    for (let request = 0; request < requests; request++)
      for (const moment of moments)
        test(`at request ${request}, ${moment}`, (kill, { hs }) => kill.atRequest(hs, request, moment))
    for (let change = 0; change < changes; change++)
      test(`at change ${change} of a file`, (kill, { dataDir }) => kill.atChange(`${dataDir}/secrets`, change))
  })

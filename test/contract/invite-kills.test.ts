import t from 'tap'
import { parseInvite } from '../../src/invites/ledger.ts'
import { simulatedBed } from './bed.ts'
import { lines, missing } from './on-record.ts'

const kills = 200

for (const kind of ['continuwuity', 'synapse'] as const)
  t.test(`${kind}: killed at ${kills / 2} random moments`, async (t) => {
    const bed = await simulatedBed(t, { kind, delayMs: 3 })
    const wrong: string[] = []
    let killed = 0
    for (let round = 0; killed < kills / 2; round++) {
      const { signal } = await bed.runWith(
        { started: (child) => setTimeout(() => child.kill('SIGKILL'), 30 + Math.random() * 110) },
        'invite',
        '40',
      )
      if (signal === 'SIGKILL') killed += 1
      const torn = lines(bed)
        .slice(0, -1)
        .filter((line) => parseInvite(line) === undefined)
      if (torn.length > 0 || lines(bed).at(-1) !== '') wrong.push(`round ${round}: a torn line`)
      const next = await bed.run('invite', '--ensure', '1')
      if (next.code !== 0 || next.stderr !== '')
        wrong.push(`round ${round}: the next run ended with ${next.code}: ${next.stderr}`)
      if (missing(bed) > 0) wrong.push(`round ${round}: a live token is not on record`)
      bed.hs.tokens.clear()
      if (wrong.length > 3) break
    }
    t.strictSame(wrong, [])
  })

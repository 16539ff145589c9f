import { appendFileSync } from 'node:fs'
import t from 'tap'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { faultKinds } from './fault-kinds.ts'
import { lines, missing } from './on-record.ts'

/** The steps of minting, handing out and tidying up, by the request that takes it there. */
const steps: [string, RegExp][] = [
  ['asking whether registration is open', /v3\/register$/],
  ['asking for the API of tokens', /_synapse/],
  ['finding the room', /directory/],
  ['posting', /\/send\//],
  ['waiting', /\/messages/],
  ['asking which word is a token', /validity/],
  ['redacting', /\/redact\//],
]
const commands = ['invite 2', 'invite take', 'invite prune']
const timeoutMs = 1000
const inFlight = 8

const cases = commands
  .flatMap((command) =>
    steps.flatMap(([step, path]) => faultKinds.map((fault) => ({ command, step, path, fault, always: false }))),
  )
  .map((one, at) => ({ ...one, always: at % 2 === 0 }))

const onRecord = (bed: SimulatedBed) => lines(bed).filter((line) => line !== '')
const expired = 'xq7-a-token-whose-time-is-over'

t.test(`${cases.length} faults: no token is lost, none is handed out twice`, async (t) => {
  t.jobs = inFlight
  const codes = new Map<number | null, number>()
  for (const { command, step, path, fault, always } of cases)
    t.test(`${command}: ${fault.kind} ${always ? 'always' : 'once'} while ${step}`, { buffered: true }, async (t) => {
      const bed = await simulatedBed(t)
      const minting = command === 'invite 2'
      const env = { MATRIX_ADMIN_TIMEOUT: String(timeoutMs / 1000) }
      if (!minting) await bed.run('invite', '1')
      if (command === 'invite prune') {
        bed.hs.issueToken({ token: expired, usesAllowed: 1 })
        appendFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, `${expired}  # expires 2020-01-01T00:00:00Z\n`)
      }
      bed.hs.faults.on({ path, ...(always ? {} : { times: 1 }) }, fault)
      const { code, stdout, stderr } = await bed.runWith({ env }, ...command.split(' '))
      codes.set(code, (codes.get(code) ?? 0) + 1)
      const given = onRecord(bed).filter((line) => line.includes(' given ')).length
      const problems = [
        ...([0, 2, 4, 5].includes(code ?? -1) ? [] : [`exit code ${code}`]),
        ...(code !== 0 && !/error: /.test(stderr) ? ['no error'] : []),
        ...(code === 0 && minting && onRecord(bed).length !== 2 ? ['success without two on record'] : []),
        ...(command === 'invite take' && given !== (stdout === '' ? 0 : 1)
          ? ['printed and not marked, or not so']
          : []),
        ...(code === 0 && command === 'invite prune' && bed.hs.tokenValid(expired) ? ['an expired one lives'] : []),
      ]
      bed.hs.faults.clear()
      const healed = await bed.run('invite', '--ensure', '1')
      if (healed.code !== 0) problems.push(`the next run: ${healed.code} ${healed.stderr}`)
      if (missing(bed) > 0) problems.push('a live token is not on record')
      if (bed.hs.tokenValid(expired)) problems.push('an expired one still lives')
      t.strictSame(problems, [], `${code} ${stderr}`)
    })
  t.teardown(() => t.comment(`exit codes: ${JSON.stringify([...codes])}`))
})

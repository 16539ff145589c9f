import { appendFileSync } from 'node:fs'
import t, { type Test } from 'tap'
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
/** ms for a reply: the first with which the command meets the fault. A busy machine may keep it from that for longer. */
const limits = [1000, 6000, 20_000]
const inFlight = 8

const onRecord = (bed: SimulatedBed) => lines(bed).filter((line) => line !== '')
const expired = 'xq7-a-token-whose-time-is-over'

t.test('faults at each step: no token is lost, none is handed out twice', async (t) => {
  t.jobs = inFlight
  const codes = new Map<number | null, number>()
  let number = 0
  for (const command of commands)
    for (const [step, path] of await stepsOf(t, command))
      for (const fault of faultKinds) {
        const always = number++ % 2 === 0
        const title = `${command}: ${fault.kind} ${always ? 'always' : 'once'} while ${step}`
        t.test(`${number} ${title}`, { buffered: true }, async (t) => {
          for (const limit of limits) {
            const bed = await situation(t, command)
            const rule = bed.hs.faults.on({ path, ...(always ? {} : { times: 1 }) }, fault)
            const env = { MATRIX_ADMIN_TIMEOUT: String(limit / 1000) }
            const { code, stdout, stderr } = await bed.runWith({ env }, ...command.split(' '))
            codes.set(code, (codes.get(code) ?? 0) + 1)
            if (rule.hits === 0 && limit !== limits.at(-1)) continue
            t.ok(rule.hits > 0, 'the fault came true')
            const problems = problemsOf(bed, command, { code, stdout, stderr })
            bed.hs.faults.clear()
            const healed = await bed.run('invite', '--ensure', '1')
            if (healed.code !== 0) problems.push(`the next run: ${healed.code} ${healed.stderr}`)
            if (missing(bed) > 0) problems.push('a live token is not on record')
            if (bed.hs.tokenValid(expired)) problems.push('an expired one still lives')
            t.strictSame(problems, [], `${code} ${stderr}`)
            return
          }
        })
      }
  t.teardown(() => t.comment(`exit codes: ${JSON.stringify([...codes])}`))
})

/** The steps that a command takes where nothing is wrong: only what it asks for can go wrong. */
async function stepsOf(t: Test, command: string): Promise<typeof steps> {
  const bed = await situation(t, command)
  const before = bed.hs.requests.length
  t.equal((await bed.run(...command.split(' '))).code, 0, command)
  const asked = bed.hs.requests.slice(before)
  return steps.filter(([, path]) => asked.some((each) => path.test(each.path)))
}

/** One invite on record, unless it is to be minted; for pruning one that has expired too. */
async function situation(t: Test, command: string): Promise<SimulatedBed> {
  const bed = await simulatedBed(t)
  if (command !== 'invite 2') await bed.run('invite', '1')
  if (command === 'invite prune') {
    bed.hs.issueToken({ token: expired, usesAllowed: 1 })
    appendFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, `${expired}  # expires 2020-01-01T00:00:00Z\n`)
  }
  return bed
}

function problemsOf(
  bed: SimulatedBed,
  command: string,
  { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
): string[] {
  const given = onRecord(bed).filter((line) => line.includes(' given ')).length
  const problems: [string, boolean][] = [
    [`exit code ${code}`, ![0, 2, 3, 4, 5].includes(code ?? -1)],
    ['no error', code !== 0 && !/error: /.test(stderr)],
    ['success without two on record', code === 0 && command === 'invite 2' && onRecord(bed).length !== 2],
    ['printed and not marked, or not so', command === 'invite take' && given !== (stdout === '' ? 0 : 1)],
    ['an expired one lives', code === 0 && command === 'invite prune' && bed.hs.tokenValid(expired)],
  ]
  return problems.flatMap(([problem, is]) => (is ? [problem] : []))
}

import { randomBytes } from 'node:crypto'
import { kinds, learn, type Ran, runCase, type Subject } from './case.ts'
import { learnPanel, type PanelSubject, runPanelCases } from './panel-case.ts'
import { panelScenarios } from './panel-scenarios.ts'
import { Random } from './random.ts'
import { scenarios } from './scenarios.ts'
import { Tally } from './tally.ts'

/**
 * `make test-fuzz`: every command, and the panel, against a homeserver that answers as it should not, in CASES ways drawn from
 * SEED. CASE=N runs one case again and shows everything. On a busy machine: SLACK, ms
 * that a case may take on top; TIMEOUT, s that a command waits; JOBS and LANES, processes.
 */
const seed = process.env.SEED || randomBytes(4).toString('hex')
const count = Number(process.env.CASES || 5000)
const only = process.env.CASE
/** Commands that run at once, panels that do; and how many cases one panel serves. */
const jobs = Number(process.env.JOBS || 24)
const lanes = Number(process.env.LANES || 8)
const casesOfPanel = 120
/** ms that a command waits for a homeserver to start. Such commands sleep most of their time, so they have processes of their own. */
const longWait = 30_000

interface Drawn {
  number: number
  random: Random
  subject: Subject | PanelSubject
}

/** Stopped, it takes no more cases, and says what the others came to. */
let stopped = false
const tally = new Tally(seed)
const subjects = await learnAll()
const drawn = (only === undefined ? [...Array(count).keys()] : [Number(only)]).map(draw)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopped = true
  })
await Promise.all([runCommands(), runPanels()])
process.exitCode = tally.end(only !== undefined)

/** Learns the requests of everything that is tried, on sound homeservers. */
async function learnAll(): Promise<(Subject | PanelSubject)[]> {
  const pairs = scenarios.flatMap((scenario) =>
    kinds.flatMap((kind) =>
      scenario.only === undefined || scenario.only.includes(kind.name) ? [{ scenario, kind }] : [],
    ),
  )
  const [commands, panels] = await Promise.all([
    inParallel(jobs, pairs, ({ scenario, kind }) => learn(scenario, kind)),
    Promise.all(kinds.map((kind) => learnPanel(panelScenarios, kind))),
  ])
  const learnt = [...commands, ...panels.flat()]
  for (const { ran } of learnt) tally.sound(ran)
  return learnt
}

/** A case is the same for the same seed, number and subjects. Two in five are commands, two pages of the panel, one its forms, each of which hashes a password. */
function draw(number: number): Drawn {
  const random = new Random(`${seed}/${number}`)
  const sort = random.pick(['command', 'command', 'page', 'page', 'form'])
  return { number, random, subject: random.pick(subjects.filter((subject) => sortOf(subject) === sort)) }
}

function sortOf(subject: Subject | PanelSubject): string {
  if ('scenario' in subject) return 'command'
  return subject.panel.form ? 'form' : 'page'
}

async function runCommands(): Promise<void> {
  const cases = drawn.flatMap(({ subject, ...one }) => ('scenario' in subject ? [{ ...one, subject }] : []))
  const waits = ({ subject }: (typeof cases)[number]) => (subject.scenario.longer ?? 0) >= longWait
  const runAll = (some: typeof cases) =>
    inParallel(jobs, some, async ({ number, random, subject }) => tally.add(number, await runCase(random, subject)))
  await Promise.all([runAll(cases.filter(waits)), runAll(cases.filter((one) => !waits(one)))])
}

async function runPanels(): Promise<void> {
  const cases = drawn.flatMap(({ subject, ...one }) => ('panel' in subject ? [{ ...one, subject }] : []))
  const batches = kinds.flatMap((kind) => {
    const ofKind = cases.filter(({ subject }) => subject.kind === kind)
    const starts = Array.from({ length: Math.ceil(ofKind.length / casesOfPanel) }, (_, at) => at * casesOfPanel)
    return starts.map((start) => ({ kind, cases: ofKind.slice(start, start + casesOfPanel) }))
  })
  await inParallel(lanes, batches, ({ kind, cases }) =>
    runPanelCases(
      kind,
      cases,
      (number, ran: Ran) => tally.add(number, ran),
      () => stopped,
    ),
  )
}

async function inParallel<Item, Result>(
  atOnce: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length && !stopped) {
      const at = next++
      results[at] = await work(items[at] as Item)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

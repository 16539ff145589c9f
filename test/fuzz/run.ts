import { randomBytes } from 'node:crypto'
import { kinds, learn, type Ran, runCase, type Subject } from './case.ts'
import { scenarios } from './scenarios.ts'

/**
 * `make test-fuzz`: every command against a homeserver that answers as it should not, in CASES ways drawn from SEED.
 * CASE=N runs one case again and shows everything.
 */
const seed = process.env.SEED || randomBytes(4).toString('hex')
const count = Number(process.env.CASES || 5000)
const only = process.env.CASE
const inFlight = Number(process.env.JOBS || 16)

const started = Date.now()
/** Commands that fail where nothing is wrong. */
let unsound = 0
console.log(`seed ${seed}`)
const subjects = await learnAll()
if (only === undefined) await runAll()
else show(await runCase(seed, Number(only), subjects))

async function learnAll(): Promise<Subject[]> {
  const pairs = scenarios.flatMap((scenario) =>
    kinds.flatMap((kind) => (scenario.only === undefined || scenario.only === kind.kind ? [{ scenario, kind }] : [])),
  )
  const learnt = await inParallel(pairs, ({ scenario, kind }) => learn(scenario, kind))
  for (const { ran, scenario } of learnt)
    if (ran.outcome.code !== (scenario.code ?? 0) || ran.broken.length > 0) {
      show(ran)
      unsound += 1
    }
  return learnt
}

async function runAll(): Promise<void> {
  const codes = new Map<number | null, number>()
  const groups = new Map<string, string[]>()
  const totals = { faults: 0, fired: 0, megabytes: 0, ms: 0, failed: 0 }
  await inParallel([...Array(count).keys()], async (number) => {
    const { title, faults, fired, broken, outcome } = await runCase(seed, number, subjects)
    codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1)
    totals.faults += faults
    totals.fired += fired
    totals.megabytes = Math.max(totals.megabytes, outcome.megabytes)
    totals.ms = Math.max(totals.ms, outcome.ms)
    if (broken.length > 0) totals.failed += 1
    for (const promise of broken) {
      const line = `SEED=${seed} CASE=${number} make test-fuzz  # ${title} (${outcome.code}, ${Math.round(outcome.ms)} ms, ${Math.round(outcome.megabytes)} MB)`
      groups.set(promise, [...(groups.get(promise) ?? []), line])
    }
  })
  for (const [promise, lines] of groups) {
    console.log(`\n${promise}: ${lines.length}`)
    for (const line of lines.slice(0, Number(process.env.SHOW || 10))) console.log(`  ${line}`)
  }
  const seconds = (Date.now() - started) / 1000
  console.log(
    `\nexit codes ${JSON.stringify(Object.fromEntries(codes))}; ${totals.fired} of ${totals.faults} faults came true; ` +
      `at most ${Math.round(totals.megabytes)} MB and ${totals.ms} ms; ${seconds.toFixed(0)} s`,
  )
  const sound = unsound === 0 ? '' : `${unsound} commands fail on a sound server, `
  console.log(`${count} cases, ${totals.failed} with a broken promise, ${sound}seed ${seed}`)
  process.exitCode = totals.failed + unsound === 0 ? 0 : 1
}

function show({ title, broken, outcome }: Ran): void {
  const { code, signal, ms, megabytes, stdout, stderr, homeserver } = outcome
  console.log(
    `${title}\ncode ${code} signal ${signal}, ${ms} ms, ${Math.round(megabytes)} MB\nbroken: ${broken.join('; ') || 'nothing'}`,
  )
  console.log(`--- stdout\n${stdout.slice(0, 4000)}\n--- stderr\n${stderr.slice(0, 8000)}\n--- requests`)
  for (const { method, path } of homeserver.requests.slice(0, 60)) console.log(`${method} ${path}`)
  console.log(`--- executed\n${homeserver.executed.map(({ line }) => line).join('\n')}`)
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const at = next++
      results[at] = await work(items[at] as Item)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return results
}

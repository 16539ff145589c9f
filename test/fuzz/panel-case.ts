import { type Answer, ask, password } from '../panel/bed.ts'
import { type Kind, type Ran, said, slack, timeouts } from './case.ts'
import { drawFaults, type Faults, stableRoutes } from './draw-faults.ts'
import { internalError, isForged, isOurs, mostMemory, stack, unfinished } from './invariants.ts'
import { type PanelLane, startLane, writeInvites } from './panel-lane.ts'
import type { PanelScenario } from './panel-scenarios.ts'
import type { Random } from './random.ts'

/** Something that a visitor does, on one kind of homeserver, and what the panel asks it for then. */
export interface PanelSubject {
  panel: PanelScenario
  kind: Kind
  routes: readonly string[]
}

/** Does each of these on a sound homeserver, to learn what the panel asks for. */
export async function learnPanel(
  scenarios: readonly PanelScenario[],
  kind: Kind,
): Promise<(PanelSubject & { ran: Ran })[]> {
  const lane = await startLane(kind, timeouts.sound)
  try {
    const learnt: (PanelSubject & { ran: Ran })[] = []
    for (const [number, scenario] of scenarios.entries()) {
      const from = lane.homeserver.requests.length
      const { ran, answer } = await visit(lane, scenario, kind, number, timeouts.sound)
      if (!scenario.says.test(answer?.body ?? '')) ran.broken.push(`the page does not say ${scenario.says}`)
      learnt.push({ panel: scenario, kind, ran, routes: stableRoutes(lane.homeserver.requests.slice(from)) })
    }
    return learnt
  } finally {
    await lane.end()
  }
}

/** Runs cases on one kind of homeserver one after another, in the same panel while it is sound. */
export async function runPanelCases(
  kind: Kind,
  cases: readonly { number: number; subject: PanelSubject; random: Random }[],
  onRan: (number: number, ran: Ran) => void,
  isStopped: () => boolean,
): Promise<void> {
  const starting = () => startLane(kind, timeouts.wrong)
  let lane = await starting()
  try {
    for (const { number, subject, random } of cases) {
      if (isStopped()) return
      const { homeserver } = lane
      const { panel: scenario, routes } = subject
      const goWrong = () => drawFaults(random, routes, homeserver)
      const { ran } = await visit(lane, scenario, kind, number, timeouts.wrong, goWrong)
      onRan(number, ran)
      homeserver.faults.clear()
      if (ran.broken.length === 0) continue
      await lane.end().catch(() => {})
      lane = await starting()
    }
  } finally {
    await lane.end()
  }
}

async function visit(
  lane: PanelLane,
  scenario: PanelScenario,
  kind: Kind,
  number: number,
  timeout: number,
  goWrong?: () => Faults,
): Promise<{ ran: Ran; answer: Answer | undefined }> {
  const { homeserver, panel, login } = lane
  const user = `fuzz${number}`
  if (scenario.exists) homeserver.addAccount(user)
  writeInvites(lane)
  const [executedBefore, outputBefore] = [homeserver.executed.length, panel.output().length]
  const { names, rules } = goWrong?.() ?? { names: [], rules: [] }
  const allowed = timeout * 1000 + 5000 + slack + (scenario.longer ?? 0)
  const started = Date.now()
  const visiting = scenario.form
    ? login.send(scenario.form.action, scenario.form.fields(user))
    : ask(`${panel.url}${scenario.page?.(user) ?? ''}`, { headers: { cookie: login.cookie } })
  let failure = ''
  const answer = await within(allowed + 5000, visiting).catch((error: Error) => {
    failure = error.message
    return undefined
  })
  const ms = Date.now() - started
  const output = panel.output().slice(outputBefore)
  // What the case before posted may be executed only now.
  const isNew = (eventId: string) => (homeserver.room.event(eventId)?.origin_server_ts ?? started) >= started
  const executed = homeserver.executed
    .slice(executedBefore)
    .filter(({ eventId }) => isOurs(homeserver, eventId) && isNew(eventId))
  const { body = '', status } = answer ?? {}
  const { token, password: own } = homeserver.operator
  const megabytes = lane.megabytes()
  const broken: [string, boolean][] = [
    [`the panel: ${failure}`, answer === undefined],
    ['the panel answers too late', answer !== undefined && ms > allowed],
    ['the panel ended', panel.process.exitCode !== null || panel.process.signalCode !== null],
    [`the panel answers ${status}`, status !== undefined && status >= 500],
    ['half a page', answer !== undefined && !/<\/html>\s*$/.test(body)],
    ['an internal error', internalError.test(body + output)],
    ['a stack', stack.test(body + output)],
    ['a line was forged', isForged(output)],
    ['the page has markup of the homeserver', body.includes('<script>alert(1)')],
    [
      "the operator's token or password, or the panel's, is on a page",
      [token, own, password].some((secret) => body.includes(secret)),
    ],
    [
      'a token or password is on stderr',
      homeserver.secrets().some((secret) => secret.length > 3 && output.includes(secret)),
    ],
    ['executed twice', timesOfMost(executed.map(({ line }) => line)) > 1],
    ['an audit entry without an end', unfinished(lane.dataDir)],
    [`more than ${mostMemory} MB`, megabytes > mostMemory],
  ]
  return {
    answer,
    ran: {
      title: `${scenario.name} [panel, ${kind.name}] ${names.join(' + ')}`,
      code: `panel ${status ?? 'none'}`,
      faults: rules.length,
      fired: rules.filter((rule) => rule.hits > 0).length,
      broken: broken.flatMap(([promise, is]) => (is ? [promise] : [])),
      ms,
      megabytes,
      report: () => `--- page\n${body.slice(0, 8000)}\n--- panel\n${panel.output().slice(-4000)}\n${said(homeserver)}`,
    },
  }
}

/** How often the commonest of some lines is there. Tokens are minted by the same words each time, and `--version` does nothing. */
function timesOfMost(lines: readonly string[]): number {
  const times = new Map<string, number>()
  for (const line of lines) if (!/^(token issue|--version)/.test(line)) times.set(line, (times.get(line) ?? 0) + 1)
  return Math.max(0, ...times.values())
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

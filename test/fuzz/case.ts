import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HomeserverOptions, type Rule, startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { drawBehaviour } from './behaviours/index.ts'
import { runChild } from './child.ts'
import { brokenPromises, type Outcome } from './invariants.ts'
import { Random } from './random.ts'
import { drawRoomTrouble } from './room-trouble.ts'
import { routeOf } from './route.ts'
import type { Scenario } from './scenarios.ts'

/** Seconds that a command waits for a reply; where nothing is wrong it gets as many as a busy machine needs. */
const timeouts = { sound: 5, wrong: 0.4 }
/** ms on top of what is promised, for a machine that is busy with other cases. */
const slack = 4000

export const kinds: readonly (Pick<HomeserverOptions, 'kind' | 'release'> & { name: string })[] = [
  { name: '26.7', kind: 'continuwuity', release: '26.7' },
  { name: '26.8', kind: 'continuwuity', release: '26.8' },
  { name: 'synapse', kind: 'synapse' },
]

/** A command on one kind of server, and the requests that it makes while nothing is wrong. */
export interface Subject {
  scenario: Scenario
  kind: (typeof kinds)[number]
  routes: readonly string[]
}

export interface Ran {
  title: string
  /** How many of the faults came true. */
  fired: number
  faults: number
  broken: string[]
  outcome: Outcome
}

/** Runs a command on a sound server, to learn its requests. */
export async function learn(scenario: Scenario, kind: (typeof kinds)[number]): Promise<Subject & { ran: Ran }> {
  const ran = await run(scenario, kind)
  return { scenario, kind, ran, routes: stable(ran.outcome.homeserver.requests.map(routeOf)) }
}

/** How often a command looks for its reply, and which of two requests at once comes first, is no part of a case. */
function stable(routes: readonly string[]): string[] {
  const seen = new Map<string, number>()
  for (const route of routes) seen.set(route, (seen.get(route) ?? 0) + 1)
  return [...seen].flatMap(([route, times]) => Array(Math.min(times, 2)).fill(route)).sort()
}

/** Draws and runs one case; the same for the same seed, number and subjects. */
export function runCase(seed: string, number: number, subjects: readonly Subject[]): Promise<Ran> {
  const random = new Random(`${seed}/${number}`)
  const { scenario, kind, routes } = random.pick(subjects)
  return run(scenario, kind, (homeserver) => {
    const names: string[] = []
    const rules: Rule[] = []
    const count = random.pick([1, 1, 1, 1, 2, 3])
    for (let fault = 0; fault < count; fault++) {
      if (random.chance(0.08) && homeserver.consoleToken === undefined) {
        const trouble = drawRoomTrouble(random, homeserver)
        names.push(trouble.name)
        rules.push(homeserver.faults.onCommand({}, trouble.fault))
        continue
      }
      // The first fault meets a request that is surely made; later ones any, also one that only the first brings about.
      const at = random.below(routes.length)
      const route = routes[at] ?? ''
      const skip = routes.slice(0, at).filter((each) => each === route).length
      const always = random.chance(0.4)
      const behaviour = drawBehaviour(random)
      const anywhere = fault > 0 && random.chance(0.5)
      names.push(
        `${anywhere ? 'any request' : route}${skip > 0 ? ` (after ${skip})` : ''}${always ? ' always' : ''}: ${behaviour.name}`,
      )
      const match = anywhere ? {} : { when: (request: { method: string; path: string }) => routeOf(request) === route }
      rules.push(
        homeserver.faults.on(
          { ...match, ...(always ? {} : { times: 1 }), ...(skip > 0 ? { skip } : {}) },
          { kind: 'act', act: behaviour.act },
        ),
      )
    }
    return { names, rules }
  })
}

type Prepare = (homeserver: Awaited<ReturnType<typeof startHomeserver>>) => { names: string[]; rules: Rule[] }

async function run(scenario: Scenario, kind: (typeof kinds)[number], goWrong?: Prepare): Promise<Ran> {
  const { name: kindName, ...server } = kind
  const homeserver = await startHomeserver({ ...server, ...scenario.server })
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-fuzz-'))
  try {
    const dataDir = join(folder, 'data')
    const { env } = writeDataDir(homeserver, dataDir)
    scenario.prepare?.(homeserver, dataDir)
    const { names, rules } = goWrong?.(homeserver) ?? { names: [], rules: [] }
    const timeout = goWrong ? timeouts.wrong : timeouts.sound
    const allowed = timeout * 1000 + 5000 + slack + (scenario.longer ?? 0)
    const ended = await runChild(scenario.args, {
      env: { ...env, MATRIX_ADMIN_TIMEOUT: String(timeout), ...scenario.env },
      input: scenario.input,
      longest: allowed + 5000,
      report: join(folder, 'memory'),
    })
    const outcome = { ...ended, homeserver, dataDir, args: scenario.args, allowed, retold: names.length > 0 }
    return {
      title: `${scenario.args.join(' ')} [${kindName}] ${names.join(' + ')}`,
      faults: rules.length,
      fired: rules.filter((rule) => rule.hits > 0).length,
      broken: brokenPromises(outcome),
      outcome,
    }
  } finally {
    await homeserver.close()
    await rm(folder, { recursive: true, force: true })
  }
}

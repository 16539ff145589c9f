import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Homeserver, type HomeserverOptions, startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { runChild } from './child.ts'
import { drawFaults, type Faults, stableRoutes } from './draw-faults.ts'
import { brokenPromises } from './invariants.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenarios.ts'

/**
 * Seconds that a command waits for a reply. Where nothing is wrong it gets as many as a busy machine needs; else few, since
 * many wait in vain, but enough for it to come as far as what goes wrong.
 */
export const timeouts = { sound: 20, wrong: Number(process.env.TIMEOUT || 1) }
/** ms on top of what is promised, for a machine that is busy with other cases; SLACK is for one that is busy with other work. */
export const slack = Number(process.env.SLACK || 4000)

export type Kind = Pick<HomeserverOptions, 'kind' | 'release'> & { name: string }

export const kinds: readonly Kind[] = [
  { name: '26.7', kind: 'continuwuity', release: '26.7' },
  { name: '26.8', kind: 'continuwuity', release: '26.8' },
  { name: 'tuwunel', kind: 'continuwuity', release: 'tuwunel-chain' },
  { name: 'synapse', kind: 'synapse' },
]

/** A command on one kind of server, and the requests that it makes while nothing is wrong. */
export interface Subject {
  scenario: Scenario
  kind: Kind
  routes: readonly string[]
}

export interface Ran {
  title: string
  /** Its exit code, or the status of the panel's answer. */
  code: string
  /** How many of the faults came true. */
  fired: number
  faults: number
  broken: string[]
  ms: number
  /** Peak memory. */
  megabytes: number
  /** Everything about it, to be looked at. */
  report(): string
}

/** Runs a command on a sound server, to learn its requests. */
export async function learn(scenario: Scenario, kind: Kind): Promise<Subject & { ran: Ran }> {
  let routes: string[] = []
  const ran = await run(scenario, kind, undefined, ({ requests }) => {
    routes = stableRoutes(requests)
  })
  const expected = String(scenario.code ?? 0)
  if (ran.code !== expected) ran.broken.push(`exit code ${ran.code} on a sound server`)
  return { scenario, kind, ran, routes }
}

/** Draws and runs one case; the same for the same seed, number and subjects. */
export function runCase(random: Random, { scenario, kind, routes }: Subject): Promise<Ran> {
  return run(scenario, kind, (homeserver) => drawFaults(random, routes, homeserver))
}

async function run(
  scenario: Scenario,
  kind: Kind,
  goWrong?: (homeserver: Homeserver) => Faults,
  onEnd?: (homeserver: Homeserver) => void,
): Promise<Ran> {
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
      input: typeof scenario.input === 'function' ? scenario.input(homeserver) : scenario.input,
      longest: allowed + 5000,
      report: join(folder, 'memory'),
    })
    onEnd?.(homeserver)
    const outcome = { ...ended, homeserver, dataDir, args: scenario.args, allowed, retold: names.length > 0 }
    return {
      title: `${scenario.args.join(' ')} [${kindName}] ${names.join(' + ')}`,
      code: String(ended.code ?? ended.signal),
      faults: rules.length,
      fired: rules.filter((rule) => rule.hits > 0).length,
      broken: brokenPromises(outcome),
      ms: ended.ms,
      megabytes: ended.megabytes,
      report: () =>
        `--- stdout\n${ended.stdout.slice(0, 4000)}\n--- stderr\n${ended.stderr.slice(0, 8000)}\n${said(homeserver)}`,
    }
  } finally {
    await homeserver.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What was asked of a homeserver, and what it did. */
export function said({ requests, executed }: Homeserver): string {
  const asked = requests.slice(0, 60).map(({ method, path }) => `${method} ${path}`)
  return `--- requests\n${asked.join('\n')}\n--- executed\n${executed.map(({ line }) => line).join('\n')}`
}

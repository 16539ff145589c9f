import type { Homeserver, Rule } from '../homeserver/index.ts'
import { drawBehaviour } from './behaviours/index.ts'
import type { Random } from './random.ts'
import { drawRoomTrouble } from './room-trouble.ts'
import { routeOf } from './route.ts'

/** What a homeserver does wrong in one case: in words, and as rules that were set. */
export interface Faults {
  names: string[]
  rules: Rule[]
}

/** Draws one to three faults of a homeserver that is asked by these routes while nothing is wrong, and sets them. */
export function drawFaults(random: Random, routes: readonly string[], homeserver: Homeserver): Faults {
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
}

/** How often a command looks for its reply, and which of two requests at once comes first, is no part of a case. */
export function stableRoutes(requests: readonly { method: string; path: string }[]): string[] {
  const seen = new Map<string, number>()
  for (const route of requests.map(routeOf)) seen.set(route, (seen.get(route) ?? 0) + 1)
  return [...seen].flatMap(([route, times]) => Array(Math.min(times, 2)).fill(route)).sort()
}

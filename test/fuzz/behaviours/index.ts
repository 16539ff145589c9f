import type { Random } from '../random.ts'
import type { Behaviour, Family } from './behaviour.ts'
import { encodedBody, hostileAnswer, oddBody } from './bodies.ts'
import { tooMuch } from './sizes.ts'
import { statusOf } from './statuses.ts'
import { late } from './timing.ts'
import { typeConfusion } from './types.ts'
import { onTheWire, redirect } from './wire.ts'

export type { Behaviour } from './behaviour.ts'

/** Families by how often they are drawn; what costs seconds each is drawn seldom. */
const families: readonly [weight: number, Family][] = [
  [20, statusOf],
  [28, typeConfusion],
  [10, oddBody],
  [2, encodedBody],
  [12, hostileAnswer],
  [18, onTheWire],
  [2, redirect],
  [3, tooMuch],
  [4, late],
]

const total = families.reduce((sum, [weight]) => sum + weight, 0)

export function drawBehaviour(random: Random): Behaviour {
  let left = random.below(total)
  for (const [weight, family] of families) {
    if (left < weight) return family(random)
    left -= weight
  }
  return statusOf(random)
}

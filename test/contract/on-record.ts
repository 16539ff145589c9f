import { existsSync, readFileSync } from 'node:fs'
import type { SimulatedBed } from './bed.ts'

/** The lines of the invites' file, the empty one after the last newline included. */
export function lines(bed: SimulatedBed, dataDir = bed.dataDir): string[] {
  const file = `${dataDir}/secrets/invite-tokens.txt`
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : ['']
}

/** How many live tokens are not on record. */
export function missing(bed: SimulatedBed, dataDir?: string): number {
  const onRecord = new Set(lines(bed, dataDir).map((line) => line.split(' ')[0]))
  return [...bed.hs.tokens.keys()].filter((token) => bed.hs.tokenValid(token) && !onRecord.has(token)).length
}

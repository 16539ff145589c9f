import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares without telling by the time it takes how much was right. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other))
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

import { readSync } from 'node:fs'

const newline = 10

/** Whether the last line of an open file of `size` bytes lacks its newline, as a crash leaves it. */
export function endsTorn(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1)
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== newline
}

import { constants, fstatSync, readFileSync } from 'node:fs'
import { isNullDevice } from './modes.ts'

const accessMode = constants.O_WRONLY | constants.O_RDWR

/**
 * Whether nothing reads what is written to a descriptor, because it was closed when the program began: node then opens /dev/null in its
 * place, to read and write. A shell's `> /dev/null` only writes, and is a wish. False where the system does not tell (only Linux does).
 */
export function isUnread(descriptor: number): boolean {
  try {
    if (!isNullDevice(fstatSync(descriptor))) return false
    const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? []
    return (Number.parseInt(flags, 8) & accessMode) === constants.O_RDWR
  } catch {
    return false
  }
}

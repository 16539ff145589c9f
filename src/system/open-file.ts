import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SetupError } from '../errors.ts'
import { isForeign, isNullDevice } from './modes.ts'

const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_APPEND } = constants
// Windows has none of these.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0, O_DIRECTORY = 0 } = constants
const privateMode = 0o600
const root = 0

/**
 * Opens a file that is there, to read or to append; undefined where there is none. A symbolic link is never followed, a
 * FIFO never waited for: throws SetupError for what is not a regular file, or may be another user's; else what the file
 * system says. Without `userId` its owner does not matter.
 */
export function openThere(path: string, how: 'read' | 'append', userId: number | undefined): number | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, (how === 'read' ? O_RDONLY : O_RDWR | O_APPEND) | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    // A symbolic link, a socket, a folder.
    if (code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR') throw inTheWay(path, error)
    throw error
  }
  try {
    requireOurs(path, fstatSync(descriptor), userId)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Bytes of a file of settings or of one secret. */
export const smallSize = 1024 * 1024

/**
 * The text of a small file that a person chose, by a symbolic link too; of /dev/null none. A FIFO or a device is never waited for:
 * throws SetupError for what is not a regular file or larger than `limit` bytes; else what the file system says.
 */
export function readSmallFile(path: string, limit = smallSize): string {
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
  try {
    const stat = fstatSync(descriptor)
    if (isNullDevice(stat)) return ''
    if (!stat.isFile()) throw inTheWay(path)
    if (stat.size > limit) throw new SetupError(`${path} is larger than ${limit} bytes`)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

/** Throws SetupError unless it is a regular file, and not one that another user may have put there. */
export function requireOurs(path: string, stat: Stats, userId: number | undefined): void {
  if (!stat.isFile()) throw inTheWay(path)
  if (isForeign(path, stat, userId))
    throw new SetupError(`${path} belongs to another user (uid ${stat.uid}), and others can write to its folder`, {
      hint: `remove it, or keep others out of the folder: chmod go-w ${dirname(path)}`,
    })
}

/** A new file (mode 0600), open to write. Throws what the file system says, EEXIST where anything has the name. */
export function createFile(path: string): number {
  return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, privateMode)
}

/** Creates it like a log: where root does, it belongs to the owner of its folder. */
export function openToAppend(path: string, userId: number | undefined): number {
  const there = openThere(path, 'append', userId)
  if (there !== undefined) return there
  try {
    const descriptor = createFile(path)
    giveToOwnerOf(dirname(path), descriptor)
    return descriptor
  } catch (error) {
    // Another process was faster.
    const descriptor = codeOf(error) === 'EEXIST' ? openThere(path, 'append', userId) : undefined
    if (descriptor === undefined) throw error
    return descriptor
  }
}

/** Creates a folder, and those above it that are missing. Throws what the file system says. */
export function makeFolder(folder: string, mode = 0o700): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  const above = dirname(folder)
  makeFolder(above, mode)
  try {
    mkdirSync(folder, mode)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(folder).isDirectory()) return
    throw error
  }
  const descriptor = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    giveToOwnerOf(above, descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** What root creates in a user's folder, with sudo for example, that user must be able to use. */
export function giveToOwnerOf(folder: string, descriptor: number): void {
  const { uid, gid } = statSync(folder)
  if (uid === root || fstatSync(descriptor).uid !== root) return
  try {
    fchownSync(descriptor, uid, gid)
  } catch (error) {
    // A root without that right, in a container for example, keeps the file itself.
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'EINVAL') throw error
  }
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

function inTheWay(path: string, cause?: unknown): SetupError {
  return new SetupError(`${path} is not a regular file`, { hint: 'move it away, or name another file', cause })
}

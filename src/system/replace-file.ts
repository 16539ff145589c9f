import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import { SetupError } from '../errors.ts'
import { keepsModes } from './modes.ts'
import { codeOf, createFile, giveToOwnerOf, openThere, openToAppend, requireOurs } from './open-file.ts'
import { endsTorn } from './torn-line.ts'

const permissions = 0o777
/** ms after which a new text that did not get the file's name belongs to a killed process. Writing one takes milliseconds. */
const abandoned = 60_000

/**
 * The file's text; undefined where there is none. After a crash in the middle of `replaceFile` the old or the new text,
 * whichever has the name. Throws as `openThere` does.
 */
export function readFileRecovering(path: string, userId: number | undefined): string | undefined {
  // Once more: the file may have been replaced in between.
  for (const file of [path, aside(path), path]) {
    const descriptor = openThere(file, 'read', userId)
    if (descriptor === undefined) continue
    try {
      return readFileSync(descriptor, 'utf8')
    } finally {
      closeSync(descriptor)
    }
  }
  return undefined
}

/**
 * Replaces a file so that a crash leaves the old or the new text. It keeps its owner, group and mode, also when root replaces
 * it; a first one has mode 0600. The new text is written under a random name. Where a rename over an
 * existing name is refused, as on a phone's SD card, the old file is moved aside first. Throws SetupError for what is not
 * a regular file, or another user's, or whose owner cannot be kept; else what the file system says.
 */
export function replaceFile(path: string, text: string): void {
  restoreFile(path)
  const old = lstatSync(path, { throwIfNoEntry: false })
  const fresh = `${path}.${randomBytes(8).toString('hex')}.new`
  const descriptor = createFile(fresh)
  try {
    const { mtimeMs } = fstatSync(descriptor)
    try {
      if (old === undefined) giveToOwnerOf(dirname(path), descriptor)
      else keepOwner(path, old, descriptor)
      writeWhole(descriptor, text, path)
    } finally {
      closeSync(descriptor)
    }
    moveOver(fresh, path)
    removeLeftovers(path, mtimeMs - abandoned)
  } catch (error) {
    remove(fresh)
    throw error
  }
}

/** Throws SetupError for what `replaceFile` would not replace; `userId`: who we are. */
export function requireReplaceable(path: string, userId: number | undefined): void {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there === undefined) return
  requireOurs(path, there, userId)
  if (userId && there.uid !== userId && keepsModes(path)) throw foreignOwner(path, there)
}

/** Appends one line (without its newline) and makes it safe; after a line that a crash left torn, on one of its own. Appends all or nothing. */
export function appendLine(path: string, line: string, userId: number | undefined): void {
  restoreFile(path)
  const descriptor = openToAppend(path, userId)
  const { size } = fstatSync(descriptor)
  try {
    writeWhole(descriptor, `${endsTorn(descriptor, size) ? '\n' : ''}${line}\n`, path)
  } catch (error) {
    ftruncateSync(descriptor, size)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Removes a file, if it is there. */
export function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/** Completes what a crash in the middle of `replaceFile` left. */
export function restoreFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  if (lstatSync(aside(path), { throwIfNoEntry: false })?.isFile()) renameSync(aside(path), path)
}

/**
 * Removes new texts that did not get the file's name, since the process that wrote them was killed. Without `before` (Unix ms, by the
 * clock of the file system) all of them: only for who holds the lock of the file. What cannot be removed stays.
 */
export function removeLeftovers(path: string, before = Number.POSITIVE_INFINITY): void {
  const [folder, name] = [dirname(path), basename(path)]
  try {
    for (const entry of readdirSync(folder)) {
      if (!entry.startsWith(`${name}.`) || !/^\.[0-9a-f]{16}\.new$/.test(entry.slice(name.length))) continue
      const stat = lstatSync(`${folder}/${entry}`)
      if (stat.isFile() && stat.mtimeMs < before) unlinkSync(`${folder}/${entry}`)
    }
  } catch {}
}

/** Where the old text is while the new one gets its name. */
function aside(path: string): string {
  return `${path}.bak`
}

function keepOwner(path: string, old: Stats, descriptor: number): void {
  const mine = fstatSync(descriptor)
  requireOurs(path, old, mine.uid)
  try {
    if (old.uid !== mine.uid || old.gid !== mine.gid) fchownSync(descriptor, old.uid, old.gid)
    if ((old.mode & permissions) !== (mine.mode & permissions)) fchmodSync(descriptor, old.mode & permissions)
  } catch (error) {
    if (!keepsModes(path)) return
    throw foreignOwner(path, old, error)
  }
}

function foreignOwner(path: string, { uid, gid }: Stats, cause?: unknown): SetupError {
  return new SetupError(`cannot keep the owner of ${path} (uid ${uid}, gid ${gid})`, {
    hint: 'run this as its owner, or as root',
    cause,
  })
}

function moveOver(fresh: string, path: string): void {
  try {
    renameSync(fresh, path)
  } catch (error) {
    const there = lstatSync(path, { throwIfNoEntry: false })
    if (!/^(EEXIST|EPERM|EACCES|ENOTSUP|EINVAL)$/.test(codeOf(error)) || !there?.isFile()) throw error
    remove(aside(path))
    renameSync(path, aside(path))
    try {
      renameSync(fresh, path)
    } catch (failure) {
      renameSync(aside(path), path)
      throw failure
    }
    remove(aside(path))
  }
  syncFolder(dirname(path))
}

/** Makes a new name safe, where the file system can. */
function syncFolder(folder: string): void {
  let descriptor: number
  try {
    descriptor = openSync(folder, 'r')
  } catch {
    return
  }
  try {
    sync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Throws what the file system says, of `path`: node does not know which file a descriptor is of. */
function writeWhole(descriptor: number, text: string, path: string): void {
  const data = Buffer.from(text)
  try {
    for (let offset = 0; offset < data.length; ) offset += writeSync(descriptor, data, offset)
    sync(descriptor)
  } catch (error) {
    throw Object.assign(error as Error, { path })
  }
}

function sync(descriptor: number): void {
  try {
    fsyncSync(descriptor)
  } catch (error) {
    // SD cards of phones do not support it; a failing or full disk is an error.
    if (!/^(EINVAL|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(codeOf(error))) throw error
  }
}

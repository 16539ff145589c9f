import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs'
import type { Server } from 'node:net'
import { basename, dirname } from 'node:path'
import { addressIn, inTheWay, listenIn, openFolder, probe } from './lock-socket.ts'
import { codeOf } from './open-file.ts'

const root = 0
const ownerAndGroup = 0o770

/**
 * The lock of a file, in the file's folder, for all users who can write there: across processes, containers and network
 * namespaces. It is the folder `FILE.lock`, which holds its owner's listening socket under a name that was never used before.
 *
 * 1. To take it, a process prepares a folder with its socket inside and renames it to `FILE.lock`. rename(2) replaces an empty
 *    folder and refuses any other, in one step: so one of several processes wins, and only while the lock is empty.
 * 2. The socket of a process that has died refuses connections; that of a living one, stopped or busy, accepts them. Only a
 *    socket that refuses is removed, by its own name, which no other process ever uses.
 * 3. A process that was killed before it took the lock leaves its prepared folder. The owner of the lock moves that away
 *    before it removes anything inside, so a folder that becomes `FILE.lock` is always whole.
 *
 * Nothing depends on a clock, a process id or a signal.
 */
export class FolderLock {
  readonly #lock: string
  readonly #name: string
  readonly #server: Server

  private constructor(lock: string, name: string, server: Server) {
    this.#lock = lock
    this.#name = name
    this.#server = server
  }

  /**
   * Prepares the folder with its socket; undefined where another process took it for one of a killed process. `userId`: this
   * user. Throws NoSocketsError, or what the file system says.
   */
  static async prepare(path: string, userId: number | undefined): Promise<FolderLock | undefined> {
    const [lock, name] = [`${path}.lock`, randomName()]
    const ready = `${lock}.${name}`
    mkdirSync(ready, 0o700)
    let server: Server | undefined
    try {
      const descriptor = openFolder(ready)
      try {
        if (userId !== undefined && fstatSync(descriptor).uid !== userId) return undefined
        server = await listenIn(descriptor, ready, name)
        share(statSync(dirname(path)), descriptor, addressIn(descriptor, ready, name))
      } finally {
        closeSync(descriptor)
      }
      return new FolderLock(lock, name, server)
    } catch (error) {
      server?.close()
      // libuv says EACCES for ENOENT.
      if (!existsSync(ready)) return undefined
      removeReady(ready)
      throw error
    }
  }

  /** Tries once: taken, held by another process, or `lost`, when another lock must be prepared. Throws SetupError where something else has its name. */
  async take(): Promise<'taken' | 'held' | 'lost'> {
    try {
      renameSync(`${this.#lock}.${this.#name}`, this.#lock)
      return 'taken'
    } catch (error) {
      const code = codeOf(error)
      if (code === 'ENOENT') return 'lost'
      if (code === 'ENOTDIR') throw inTheWay(this.#lock)
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    }
    for (const name of list(this.#lock))
      if ((await probe(this.#lock, name)) === 'dead') removeFile(`${this.#lock}/${name}`)
    return 'held'
  }

  /** Removes what killed processes prepared. Only the owner of the lock may call it. */
  async tidy(): Promise<void> {
    const folder = dirname(this.#lock)
    const ready = list(folder).filter((entry) => entry.startsWith(`${basename(this.#lock)}.`))
    for (const entry of ready) {
      const name = entry.slice(basename(this.#lock).length + 1)
      if (!/^[0-9a-f]{16}$/.test(name) || (await probe(`${folder}/${entry}`, name)) === 'alive') continue
      try {
        const away = `${this.#lock}.${randomName()}`
        renameSync(`${folder}/${entry}`, away)
        removeReady(away)
      } catch {}
    }
  }

  /** Frees the lock, or leaves the queue. */
  release(): void {
    removeFile(`${this.#lock}/${this.#name}`)
    removeReady(`${this.#lock}.${this.#name}`)
    removeReady(this.#lock)
    this.#server.close()
  }
}

function randomName(): string {
  return randomBytes(8).toString('hex')
}

/** Every user who can write to the folder must be able to find out whether the owner lives, and to remove what it left. */
function share(folder: Stats, descriptor: number, socket: string): void {
  const mine = fstatSync(descriptor)
  const owner = mine.uid === root ? folder.uid : mine.uid
  const mode = folder.mode & ownerAndGroup
  try {
    // The socket first, while no other user can reach it.
    chmodSync(socket, mode)
    lchownSync(socket, owner, folder.gid)
    fchmodSync(descriptor, mode | 0o700)
    fchownSync(descriptor, owner, folder.gid)
  } catch (error) {
    // Not a group of this user, or a root without the right.
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'EINVAL') throw error
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // Free by now, or another user's: then there is nothing to remove.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES') return []
    throw error
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!/^(ENOENT|ENOTDIR|EACCES|EPERM)$/.test(codeOf(error))) throw error
  }
}

/** Removes a folder with its socket. One that is gone, or holds another process's socket by now, stays as it is. */
function removeReady(folder: string): void {
  const name = /\.lock\.([0-9a-f]{16})$/.exec(folder)?.[1]
  if (name !== undefined) for (const socket of list(folder)) removeFile(`${folder}/${socket}`)
  try {
    rmdirSync(folder)
  } catch {}
}

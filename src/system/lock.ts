import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, dirname } from 'node:path'
import { SetupError } from '../errors.ts'

const longestWait = 30_000
const pause = 20

/** What the platform decides: abstract sockets on Linux and Android, lock files in `stateDir` elsewhere. */
export interface LockPlace {
  platform: string
  stateDir: string
  pid: number
  isRunning(pid: number): boolean
}

/**
 * Runs `work` while no other process holds the lock of `path`. On Linux the lock is an abstract Unix socket, which the
 * kernel frees when its owner dies and which needs nothing of the file system. Throws SetupError after 30 s of waiting.
 */
export async function withLock<T>(path: string, place: LockPlace, work: () => Promise<T>): Promise<T> {
  const name = lockName(path)
  const take =
    place.platform === 'linux' || place.platform === 'android' ? () => takeSocket(name) : () => takeFile(name, place)
  const deadline = Date.now() + longestWait
  for (;;) {
    const release = await take()
    if (release) return work().finally(release)
    if (Date.now() > deadline)
      throw new SetupError(
        `another matrix-users has been busy with ${path} for ${longestWait / 1000} s: nothing was done`,
      )
    await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * pause))
  }
}

type Release = () => void

/** The same file has the same lock, by whatever links it was reached. */
function lockName(path: string): string {
  const real = `${realpathSync(dirname(path))}/${basename(path)}`
  return `matrix-users-${createHash('sha256').update(real).digest('hex').slice(0, 40)}`
}

function takeSocket(name: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(`\0${name}`, () => resolve(() => void server.close()))
  })
}

function takeFile(name: string, place: LockPlace): Release | undefined {
  const { stateDir, pid } = place
  mkdirSync(stateDir, { recursive: true })
  const file = `${stateDir}/${name}.lock`
  try {
    const descriptor = openSync(file, 'wx', 0o600)
    writeSync(descriptor, String(pid))
    closeSync(descriptor)
    return () => rmSync(file, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (isAbandoned(file, place)) rmSync(file, { force: true })
    return undefined
  }
}

function isAbandoned(file: string, place: LockPlace): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // Empty for the moment between the file's birth and its content.
    return pid > 0 && !place.isRunning(pid)
  } catch {
    return false
  }
}

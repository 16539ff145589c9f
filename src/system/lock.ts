import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { BusyError } from '../errors.ts'
import { FolderLock } from './folder-lock.ts'
import { NoSocketsError } from './lock-socket.ts'
import { keepsModes } from './modes.ts'
import { codeOf } from './open-file.ts'

const longestWait = 30_000
const pause = 20

/** Who takes a lock, and the signal that ends the waiting with its reason. */
export interface Locker {
  userId: number | undefined
  interrupt: AbortSignal
}

/**
 * Runs `work` while no other process holds the lock of `path`. The lock is in the file's folder where that keeps modes, else
 * an abstract Unix socket of this network namespace; either is free as soon as its owner is killed. Throws BusyError after
 * 30 s of waiting.
 */
export async function withLock<T>(path: string, locker: Locker, work: () => Promise<T>): Promise<T> {
  const release = await take(path, locker)
  return work().finally(release)
}

type Release = () => void

async function take(path: string, locker: Locker): Promise<Release> {
  if (!keepsModes(dirname(path))) return takeSocket(path, locker)
  try {
    return await takeFolder(path, locker)
  } catch (error) {
    // A read-only file system cannot be written to, so a weaker lock is enough.
    if (error instanceof NoSocketsError || codeOf(error) === 'EROFS') return takeSocket(path, locker)
    throw error
  }
}

async function takeFolder(path: string, locker: Locker): Promise<Release> {
  let lock: FolderLock | undefined
  try {
    await until(path, locker, async () => {
      lock ??= await FolderLock.prepare(path, locker.userId)
      const result = (await lock?.take()) ?? 'lost'
      if (result === 'lost') {
        lock?.release()
        lock = undefined
      }
      return result === 'taken'
    })
    await lock?.tidy()
  } catch (error) {
    lock?.release()
    throw error
  }
  return () => lock?.release()
}

async function takeSocket(path: string, locker: Locker): Promise<Release> {
  let release: Release | undefined
  await until(path, locker, async () => {
    release = await listenOn(lockName(path))
    return release !== undefined
  })
  return () => release?.()
}

/** Tries until it works. Uses a clock that is never set. */
async function until(path: string, { interrupt }: Locker, attempt: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + longestWait
  while (!(await attempt())) {
    if (performance.now() > deadline)
      throw new BusyError(`another matrix-users has been using ${path} for ${longestWait / 1000} s: nothing was done`, {
        hint: 'wait until it ends, then try again',
      })
    await setTimeout(pause + Math.random() * pause, undefined, { signal: interrupt }).catch(() => {
      throw interrupt.reason
    })
  }
}

/** The same file has the same lock, whatever links lead to it. */
function lockName(path: string): string {
  const real = `${realpathSync(dirname(path))}/${basename(path)}`
  return `matrix-users-${createHash('sha256').update(real).digest('hex').slice(0, 40)}`
}

function listenOn(name: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => (codeOf(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(`\0${name}`, () => resolve(() => void server.close()))
  })
}

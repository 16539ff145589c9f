import { lstatSync, type Stats, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** File systems that cannot hold modes or owners (statfs(2), f_type): exFAT, vfat, FUSE, sdcardfs, NTFS. */
const withoutModes = new Set([0x2011bab0, 0x4d44, 0x65735546, 0x5dca2df5, 0x5346544e])
const othersBits = 0o077
const othersWrite = 0o022

/** The device number of /dev/null on Linux. */
const nullDevice = 0x103

/** Whether it is Linux's /dev/null. */
export function isNullDevice(stat: Pick<Stats, 'isCharacterDevice' | 'rdev'>): boolean {
  return stat.isCharacterDevice() && stat.rdev === nullDevice
}

/** Whether the file system of a file or folder has modes and owners: a phone's SD card does not. */
export function keepsModes(path: string): boolean {
  try {
    return !withoutModes.has(statfsSync(path).type)
  } catch {
    return true
  }
}

/** Whether users besides `userId` and root can read or write what is there. */
export function isOpenToOthers(stat: Pick<Stats, 'mode' | 'uid'>, userId: number): boolean {
  return (stat.mode & othersBits) !== 0 || (stat.uid !== userId && userId !== 0)
}

/** Whether its mode lets others change a file; false where there is none, or modes are not kept. */
export function isWritableByOthers(path: string): boolean {
  const mode = lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & othersWrite) !== 0 && keepsModes(path)
}

/**
 * Whether a file may have been put there by another user: in a folder that others can write to, whatever is neither ours,
 * root's nor the folder's owner's. Without a `userId` (Windows), or on a file system without owners, never.
 */
export function isForeign(path: string, { uid }: Pick<Stats, 'uid'>, userId: number | undefined): boolean {
  if (userId === undefined || uid === userId || uid === 0) return false
  const folder = statSync(dirname(path))
  return uid !== folder.uid && (folder.mode & othersWrite) !== 0 && keepsModes(path)
}

/** Warns where others can read or change a file that holds a secret. */
export function warnIfLax(path: string, userId: number | undefined, warn: (text: string) => void): void {
  const lax = laxModes(path, userId)
  if (lax !== undefined) warn(`${lax.problem} (fix: ${lax.fix})`)
}

/** What is wrong with the modes of a file that holds a secret, with its fix; undefined where nothing is, or no file. */
export function laxModes(path: string, userId: number | undefined): { problem: string; fix: string } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || userId === undefined || (stat.mode & othersBits) === 0 || !keepsModes(path))
    return undefined
  const what = (stat.mode & othersWrite) === 0 ? 'read' : 'read and change'
  return { problem: `others can ${what} ${path} (mode ${(stat.mode & 0o777).toString(8)})`, fix: `chmod 600 ${path}` }
}

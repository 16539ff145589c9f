import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

const root = process.getuid?.() === 0
/** Whether file systems can be mounted here; `canLoop`: also exFAT in a file. */
const canMount = root && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
export const canLoop =
  canMount &&
  spawnSync('sh', ['-c', 'command -v mount.exfat-fuse mkfs.exfat && losetup -f && test -c /dev/fuse']).status === 0

/** For tests that need them. */
export const mountNeeded = canMount ? {} : { skip: 'needs mount' }
export const cardNeeded = canLoop ? {} : { skip: 'needs loop devices and exfat-fuse' }

/** A folder of its own on which something is mounted until the test ends. Throws where that fails. */
export function mounted(t: Test, program: string, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-mount-'))
  const { status, stderr } = spawnSync(program, [...args, folder], { encoding: 'utf8' })
  t.teardown(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return folder
}

/** A file system without modes, as on the cards of phones: exFAT through FUSE, in a file. */
export function exfatCard(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-card-'))
  const image = join(folder, 'card.img')
  const setup = `truncate -s 8M ${image} && mkfs.exfat ${image} >/dev/null && losetup -f --show ${image}`
  const loop = spawnSync('sh', ['-c', setup], { encoding: 'utf8' }).stdout.trim()
  t.teardown(() => {
    spawnSync('losetup', ['-d', loop])
    rmSync(folder, { recursive: true, force: true })
  })
  return mounted(t, 'mount.exfat-fuse', loop)
}

/** Bytes of one page of a tmpfs. */
export const page = 4096

/** Leaves `free` pages of a small disk, and no room in the last page of the file of invites. */
export function fill(dataDir: string, free: number): void {
  const file = `${dataDir}/secrets/invite-tokens.txt`
  appendFileSync(file, `${'#'.repeat(page - (statSync(file).size % page) - 1)}\n`)
  spawnSync('dd', ['if=/dev/zero', `of=${dataDir}/filler`, `bs=${page}`])
  truncateSync(`${dataDir}/filler`, Math.max(0, Math.floor(statSync(`${dataDir}/filler`).size / page) - free) * page)
}

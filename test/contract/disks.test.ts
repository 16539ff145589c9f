import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { external, simulatedBed } from './bed.ts'
import { lines, missing } from './on-record.ts'

const root = process.getuid?.() === 0
const canMount = root && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
const canLoop =
  canMount &&
  spawnSync('sh', ['-c', 'command -v mount.exfat-fuse mkfs.exfat && losetup -f && test -c /dev/fuse']).status === 0
const skipUnless = (possible: boolean, need: string) =>
  external ? { skip: 'needs the simulated homeserver' } : possible ? {} : { skip: need }

/** A folder of its own on which something is mounted until the test ends. Throws where that fails. */
function mounted(t: Test, program: string, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-mount-'))
  const { status, stderr } = spawnSync(program, [...args, folder], { encoding: 'utf8' })
  t.teardown(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return folder
}

const page = 4096

/** Leaves `free` pages of a small disk, and no room in the last page of the file of invites. */
function fill(dataDir: string, free: number): void {
  const file = `${dataDir}/secrets/invite-tokens.txt`
  appendFileSync(file, `${'#'.repeat(page - (statSync(file).size % page) - 1)}\n`)
  spawnSync('dd', ['if=/dev/zero', `of=${dataDir}/filler`, `bs=${page}`])
  truncateSync(`${dataDir}/filler`, Math.max(0, Math.floor(statSync(`${dataDir}/filler`).size / page) - free) * page)
}

t.test(
  'a full disk: what was minted is on record, revoked or reported',
  skipUnless(canMount, 'needs mount'),
  async (t) => {
    for (const free of [0, 1, 2, 3]) {
      const bed = await simulatedBed(t)
      const dataDir = mounted(t, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs')
      const env = { DATA_DIR: dataDir, ADMIN_CRED_FILE: bed.credentialsFile }
      t.equal((await bed.runWith({ env }, 'invite', '3')).code, 0)
      const before = lines(bed, dataDir).slice(0, 3)
      fill(dataDir, free)
      const { code, stderr } = await bed.runWith({ env }, 'invite', '5')
      t.strictSame(lines(bed, dataDir).slice(0, 3), before, 'nothing is lost')
      if (code !== 0) t.match(stderr, /error: /)
      if (missing(bed, dataDir) > 0)
        t.match(stderr, /cannot be put on record/, 'a token that is not on record is reported')
      if (missing(bed, dataDir) > 0 || free === 0) t.not(code, 0)
      rmSync(`${dataDir}/filler`)
      t.match(await bed.runWith({ env }, 'invite', '--ensure', '1'), { code: 0 })
      t.equal(missing(bed, dataDir), 0, `${free} pages were free; once there is room nothing is missing`)
    }
  },
)

t.test('a full disk: create-admin registers nothing', skipUnless(canMount, 'needs mount'), async (t) => {
  const bed = await simulatedBed(t, { fresh: true })
  const dataDir = mounted(t, 'mount', '-t', 'tmpfs', '-o', 'size=16k', 'tmpfs')
  mkdirSync(`${dataDir}/secrets`)
  spawnSync('dd', ['if=/dev/zero', `of=${dataDir}/filler`, `bs=${page}`])
  const input = bed.hs.consoleToken ?? ''
  const options = { env: { ...bed.env, DATA_DIR: dataDir }, input }
  t.match(await bed.runWith(options, 'create-admin', '--token-file', '-'), { code: 2, stderr: /cannot be written/ })
  t.equal(bed.hs.consoleToken, input, 'the one-time token was not spent')
  rmSync(`${dataDir}/filler`)
  t.equal((await bed.runWith(options, 'create-admin', '--token-file', '-')).code, 0)
})

t.test('a file system without modes (exFAT)', skipUnless(canLoop, 'needs loop devices and exfat-fuse'), async (t) => {
  const bed = await simulatedBed(t)
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-card-'))
  const image = join(folder, 'card.img')
  const setup = `truncate -s 8M ${image} && mkfs.exfat ${image} >/dev/null && losetup -f --show ${image}`
  const loop = spawnSync('sh', ['-c', setup], { encoding: 'utf8' }).stdout.trim()
  t.teardown(() => {
    spawnSync('losetup', ['-d', loop])
    rmSync(folder, { recursive: true, force: true })
  })
  const card = mounted(t, 'mount.exfat-fuse', loop)
  mkdirSync(`${card}/secrets`)
  writeFileSync(`${card}/secrets/admin-credentials.env`, readFileSync(bed.credentialsFile))
  const env = { DATA_DIR: card }
  t.equal((await bed.runWith({ env }, 'list')).code, 0, 'credentials without modes are accepted')
  t.match(await bed.runWith({ env }, 'check'), { code: 0, stdout: /its file system has no modes/ })
  t.equal((await bed.runWith({ env }, 'invite', '3')).code, 0)
  t.equal((await bed.runWith({ env }, 'invite', 'take')).code, 0)
  await Promise.all([1, 2].map(() => bed.runWith({ env }, 'invite', '--ensure', '4')))
  t.equal(missing(bed, card), 0)
  t.equal(bed.hs.tokens.size, 5)
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { cardNeeded, exfatCard, fill, mounted, mountNeeded, page } from './mounts.ts'
import { lines, missing } from './on-record.ts'

t.test('a full disk: what was minted is on record, revoked or reported', mountNeeded, async (t) => {
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
      t.match(stderr, /cannot save a minted token/, 'a token that is not on record is reported')
    if (missing(bed, dataDir) > 0 || free === 0) t.not(code, 0)
    rmSync(`${dataDir}/filler`)
    t.match(await bed.runWith({ env }, 'invite', '--ensure', '1'), { code: 0 })
    t.equal(missing(bed, dataDir), 0, `${free} pages were free; once there is room nothing is missing`)
  }
})

t.test('a full disk: create-admin registers nothing', mountNeeded, async (t) => {
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

t.test('a file system without modes (exFAT)', cardNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const card = exfatCard(t)
  mkdirSync(`${card}/secrets`)
  writeFileSync(`${card}/secrets/admin-credentials.env`, readFileSync(bed.credentialsFile))
  const env = { DATA_DIR: card }
  t.equal((await bed.runWith({ env }, 'list')).code, 0, 'credentials without modes are accepted')
  t.match(await bed.runWith({ env }, 'check'), { code: 0, stdout: /its file system has no permissions/ })
  t.equal((await bed.runWith({ env }, 'invite', '3')).code, 0)
  t.equal((await bed.runWith({ env }, 'invite', 'take')).code, 0)
  await Promise.all([1, 2].map(() => bed.runWith({ env }, 'invite', '--ensure', '4')))
  t.equal(missing(bed, card), 0)
  t.equal(bed.hs.tokens.size, 5)
})

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import t, { type Test } from 'tap'
import { hashPassword } from '../../src/config/panel-password.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'

/** The user of the service, and another user of the machine. */
const [service, mallory] = [4711, 6666]
const asRoot = process.getuid?.() === 0 ? {} : { skip: 'needs root' }
const victimText = 'nothing of this changes\n'

/** A data directory of the service's user. */
async function serviceBed(t: Test): Promise<SimulatedBed> {
  const bed = await simulatedBed(t)
  give(bed.dataDir, service)
  return bed
}

function give(folder: string, uid: number): void {
  spawnSync('chown', ['-R', `${uid}:${uid}`, folder])
}

function ownerOf(file: string): string {
  const { uid, gid, mode } = statSync(file)
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`
}

t.test('what root creates in the folder of another user is that user’s', asRoot, async (t) => {
  const bed = await serviceBed(t)
  rmSync(`${bed.dataDir}/logs`, { recursive: true })
  bed.hs.addAccount('bob')
  const from = `${bed.dataDir}/users.txt`
  writeFileSync(from, 'bob\nNOBODY\n')
  t.match(await bed.run('invite', '2'), { code: 0, stderr: '' })
  t.equal((await bed.run('create', '--from', from)).code, 2)
  writeFileSync(from, 'bob\n')
  t.equal((await bed.run('create', '--from', from)).code, 5)
  t.equal((await bed.runWith({ input: 'a long enough password' }, 'panel', 'set-password')).code, 0)
  const made = [
    'secrets/invite-tokens.txt',
    'secrets/adminweb-password.hash',
    'logs/admin-audit.log',
    'users.txt.failed',
  ]
  for (const file of made) t.equal(ownerOf(`${bed.dataDir}/${file}`), `${service}:${service} 600`, file)
  t.match(statSync(`${bed.dataDir}/logs`), { uid: service, gid: service })
  t.match(await bed.runWith({ uid: service }, 'invite', '--ensure', '3'), { code: 0, stdout: '', stderr: '' })
  t.equal(bed.hs.tokens.size, 3)
})

t.test('what root replaces keeps its owner, group and mode', asRoot, async (t) => {
  const bed = await serviceBed(t)
  t.equal((await bed.runWith({ uid: service }, 'invite', '2')).code, 0)
  const [ledger, hash] = [`${bed.dataDir}/secrets/invite-tokens.txt`, `${bed.dataDir}/secrets/adminweb-password.hash`]
  writeFileSync(hash, 'old')
  chownSync(hash, service, mallory)
  chmodSync(hash, 0o640)
  chmodSync(ledger, 0o600)
  t.equal((await bed.run('invite', 'take')).code, 0)
  t.equal((await bed.runWith({ input: 'a long enough password' }, 'panel', 'set-password', '--yes')).code, 0)
  t.equal(ownerOf(ledger), `${service}:${service} 600`)
  t.equal(ownerOf(hash), `${service}:${mallory} 640`)
  bed.hs.logout(bed.operator.mxid.slice(1).split(':')[0] ?? '')
  t.equal((await bed.run('create-admin')).code, 0, 'a new token is written')
  t.equal(ownerOf(bed.credentialsFile), `${service}:${service} 600`)
  t.match(await bed.runWith({ uid: service }, 'invite', 'take'), { code: 0, stderr: '' })
})

const secretFiles: [string, string[]][] = [
  ['secrets/invite-tokens.txt', ['invite', '--ensure', '1']],
  ['secrets/invite-tokens.txt.pending', ['invite', '2']],
  ['secrets/adminweb-password.hash', ['panel', 'set-password', '--generate', '--yes']],
  ['secrets/admin-credentials.env', ['create-admin']],
  ['users.txt.failed', ['create', '--from', 'users.txt']],
]

for (const [name, args] of secretFiles)
  t.test(`${name}: a link, a FIFO or a folder in its place is an error, neither followed nor waited for`, async (t) => {
    for (const kind of ['link', 'fifo', 'folder', 'device']) {
      const bed = await simulatedBed(t)
      const [file, victim] = [`${bed.dataDir}/${name}`, `${bed.dataDir}/victim`]
      writeFileSync(`${bed.dataDir}/users.txt`, 'bob\n')
      writeFileSync(victim, victimText)
      const credentials = readFileSync(bed.credentialsFile)
      rmSync(file, { force: true })
      if (kind === 'link') symlinkSync(name.includes('credentials') ? `${victim}-missing` : victim, file)
      if (kind === 'fifo') spawnSync('mkfifo', [file])
      if (kind === 'folder') mkdirSync(file)
      if (kind === 'device' && spawnSync('mknod', ['-m', '600', file, 'c', '1', '3']).status !== 0) continue
      const { code, stderr } = await bed.runWith({ cwd: bed.dataDir }, ...args)
      t.equal(code, 2, `${kind}: ${stderr}`)
      t.match(stderr, /error: .*(not a regular file|is no regular file|cannot read the )/)
      t.equal(readFileSync(victim, 'utf8'), victimText)
      t.notOk(existsSync(`${victim}-missing`))
      t.equal(bed.hs.executed.length + bed.hs.tokens.size, 0, 'and nothing was done')
      if (!name.includes('credentials')) t.strictSame(readFileSync(bed.credentialsFile), credentials)
      t.strictSame(
        readdirSync(dirname(file)).filter((entry) => /\.(new|bak|lock)/.test(entry)),
        [],
        'nothing is left beside it',
      )
    }
  })

t.test('the audit log is a regular file, or it is said that nothing is recorded', async (t) => {
  for (const kind of ['link', 'fifo']) {
    const bed = await simulatedBed(t)
    const [file, victim] = [`${bed.dataDir}/logs/admin-audit.log`, `${bed.dataDir}/victim`]
    bed.hs.addAccount('bob')
    writeFileSync(victim, victimText)
    if (kind === 'link') symlinkSync(victim, file)
    else spawnSync('mkfifo', [file])
    const stderr = /warning: this is not recorded in the audit log: .* is not a regular file/
    t.match(await bed.run('suspend', 'bob'), { code: 0, stderr })
    t.match(await bed.run('audit'), { code: 2, stderr: /is not a regular file/ })
    t.equal(readFileSync(victim, 'utf8'), victimText)
    rmSync(file)
  }
})

t.test('links that wait under foreseeable names are never written through', async (t) => {
  const bed = await simulatedBed(t)
  const [ledger, victim] = [`${bed.dataDir}/secrets/invite-tokens.txt`, `${bed.dataDir}/victim`]
  writeFileSync(victim, victimText)
  for (const end of ['.new', '.pending.new', '.tmp', '~']) symlinkSync(victim, `${ledger}${end}`)
  symlinkSync(victim, `${bed.credentialsFile}.new`)
  t.equal((await bed.run('invite', '3')).code, 0)
  t.equal((await bed.run('invite', 'take')).code, 0)
  t.equal(readFileSync(victim, 'utf8'), victimText)
})

t.test('what a killed run left half written is removed by the next, and never followed', async (t) => {
  const bed = await simulatedBed(t)
  t.equal((await bed.run('invite', '1')).code, 0)
  const [secrets, victim] = [`${bed.dataDir}/secrets`, `${bed.dataDir}/victim`]
  writeFileSync(victim, victimText)
  writeFileSync(`${secrets}/invite-tokens.txt.0123456789abcdef.new`, 'half a to')
  writeFileSync(`${secrets}/invite-tokens.txt.pending.0123456789abcdef.new`, 'half')
  symlinkSync(victim, `${secrets}/invite-tokens.txt.ffffffffffffffff.new`)
  t.equal((await bed.run('invite', 'list')).code, 0)
  t.strictSame(readdirSync(secrets).sort(), [
    'admin-credentials.env',
    'invite-tokens.txt',
    'invite-tokens.txt.ffffffffffffffff.new',
  ])
  t.equal(readFileSync(victim, 'utf8'), victimText)
})

t.test('in a folder that others can write to, their files are not taken for ours', asRoot, async (t) => {
  for (const uid of [service, 0]) {
    const bed = await serviceBed(t)
    const [secrets, ledger] = [`${bed.dataDir}/secrets`, `${bed.dataDir}/secrets/invite-tokens.txt`]
    chmodSync(secrets, 0o777)
    writeFileSync(ledger, '')
    chownSync(ledger, mallory, mallory)
    chmodSync(ledger, 0o666)
    t.match(await bed.runWith({ uid }, 'invite'), { code: 2, stderr: /belongs to another user \(uid 6666\)/ })
    t.equal(readFileSync(ledger, 'utf8'), '')
    t.strictSame(bed.hs.executed, [], 'no token is minted that cannot be saved')
    chmodSync(secrets, 0o700)
  }
})

t.test('a file of invites that cannot be written stops the command before it mints', asRoot, async (t) => {
  const bed = await serviceBed(t)
  const ledger = `${bed.dataDir}/secrets/invite-tokens.txt`
  writeFileSync(ledger, '')
  chownSync(ledger, service, service)
  chmodSync(ledger, 0o400)
  const stderr = /cannot open .*invite-tokens\.txt: permission denied \(EACCES\)/
  t.match(await bed.runWith({ uid: service }, 'invite', '--ensure', '2'), { code: 2, stderr })
  t.strictSame(bed.hs.executed, [])
  chmodSync(ledger, 0o600)
  t.match(await bed.runWith({ uid: service }, 'invite', '--ensure', '2'), { code: 0 })
})

t.test('lax modes are named by every command that reads the file', async (t) => {
  const bed = await simulatedBed(t)
  t.equal((await bed.run('invite', '2')).code, 0)
  const [ledger, hash] = [`${bed.dataDir}/secrets/invite-tokens.txt`, `${bed.dataDir}/secrets/adminweb-password.hash`]
  chmodSync(ledger, 0o644)
  for (const args of [['list'], ['take'], ['prune'], ['--ensure', '1'], ['1']])
    t.match(await bed.run('invite', ...args), {
      code: 0,
      stderr: /warning: others can read \/.*\(mode 644\) \(fix: chmod 600 /,
    })
  chmodSync(ledger, 0o666)
  t.match(await bed.run('invite', 'list'), { code: 0, stderr: /warning: others can read and change .*\(mode 666\)/ })
  writeFileSync(hash, await hashPassword('a long enough password'))
  const panel = { env: { ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' }, input: 'a long enough password' }
  chmodSync(hash, 0o660)
  for (const args of [['panel'], ['panel', 'set-password', '--yes']])
    t.match(await bed.runWith(panel, ...args), {
      code: 2,
      stderr: /others can change the panel password: .*\n.*chmod 600/s,
    })
  chmodSync(hash, 0o640)
  const stderr = /warning: others can read .*\(mode 640\) \(fix: chmod 600 /
  t.match(await bed.runWith(panel, 'panel', 'set-password', '--yes'), { code: 0, stderr })
})

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { type SimulatedBed, simulatedBed } from '../contract/bed.ts'
import { fill, mounted, mountNeeded } from '../contract/mounts.ts'
import { missing } from '../contract/on-record.ts'
import { SignalAt } from '../contract/signal-at.ts'

const lastEnd = (bed: SimulatedBed) => bed.audit().at(-1)

/** Calls `act` before the reply to the nth new token (the first is 1) is redacted, when it is saved. */
function atSaved(bed: SimulatedBed, count: number, act: () => void): void {
  let saved = 0
  const when = ({ method, path }: { method: string; path: string }) => {
    if (method === 'PUT' && path.includes('/redact/') && ++saved === count) act()
    return false
  }
  bed.hs.faults.on({ when }, { kind: 'drop' })
}

t.test('a file that cannot be written any more: what was minted before is counted and shown', async (t) => {
  const bed = await simulatedBed(t)
  const { dataDir } = bed
  atSaved(bed, 2, () => renameSync(`${dataDir}/secrets`, `${dataDir}/elsewhere`))
  const { code, stdout, stderr } = await bed.run('invite', '5')
  t.equal(code, 5)
  t.match(stdout, /^minted 2 invites/)
  t.match(stderr, /error: 2 of 5 invites were minted: cannot open .*: no such file or folder \(ENOENT\)/)
  t.match(lastEnd(bed), { op: 'invite', rc: 5, outcome: '2 minted' })
})

t.test('a registration page that does not answer: what was minted is said, and unused', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.on({ path: /account\/register/ }, { kind: 'hang' })
  const { code, stdout, stderr } = await bed.run('invite', '2', '--qr', '--timeout', '2')
  t.match({ code, stdout }, { code: 5, stdout: '' })
  t.match(stderr, /error: 2 invites were minted and saved, but not shown: cannot reach the homeserver/)
  bed.hs.faults.clear()
  const states = JSON.parse((await bed.run('invite', 'list', '--json')).stdout)
  t.match(states, [{ state: 'valid' }, { state: 'valid' }])
})

t.test('Ctrl-C between two tokens: 130, and how many there are', async (t) => {
  const bed = await simulatedBed(t)
  const signal = new SignalAt('SIGINT')
  bed.hs.delayMs = 50
  atSaved(bed, 2, signal.send)
  const { code, stdout, stderr } = await bed.runWith({ started: signal.started }, 'invite', '5')
  t.equal(code, 130)
  t.match(stdout, /^minted 2 invites/)
  t.match(stderr, /error: 2 of 5 invites were minted: interrupted/)
  t.match(lastEnd(bed), { op: 'invite', rc: 130, outcome: '2 minted' })
  await bed.hs.idle()
})

/** Saves invites that have expired, which the server still accepts. */
async function expired(bed: SimulatedBed, count: number): Promise<void> {
  await bed.run('invite', String(count))
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/expires \d{4}/g, 'expires 2001'))
}

t.test('Ctrl-C while expired invites are revoked: 130, and what is left stays in the list', async (t) => {
  const bed = await simulatedBed(t)
  await expired(bed, 3)
  bed.hs.delayMs = 300
  const { started } = new SignalAt('SIGINT').atCommand(bed.hs, 'posted', /^token revoke/)
  t.match(await bed.runWith({ started }, 'invite', 'prune'), { code: 130, stderr: /^matrix-users: error: interrupted/ })
  t.match(lastEnd(bed), { op: 'invite-prune', rc: 130, outcome: 'interrupted' })
  bed.hs.delayMs = 0
  await bed.hs.idle()
  t.match(await bed.run('invite', 'prune'), { code: 0 })
  t.equal(missing(bed), 0)
})

t.test('a bot that does not answer is asked to revoke one invite, not each in turn', async (t) => {
  const bed = await simulatedBed(t)
  await expired(bed, 3)
  bed.hs.faults.onCommand({ line: /^token revoke/, skip: 1 }, { kind: 'silent' })
  const { code, stderr } = await bed.run('invite', 'prune', '--timeout', '1')
  t.equal(code, 5)
  t.match(stderr, /error: 2 expired invites could not be revoked: no reply within 1s/)
  t.equal(bed.hs.room.text().split('token revoke').length - 1, 2, 'one was revoked, one got no answer')
})

t.test('an expired invite that stays valid is an error, and does not stop the supply', async (t) => {
  const bed = await simulatedBed(t)
  await expired(bed, 2)
  const [stuck = ''] = bed.hs.tokens.keys()
  bed.hs.faults.on({ path: new RegExp(`validity.*${stuck}`) }, { kind: 'answer', status: 200, body: { valid: true } })
  const { code, stdout, stderr } = await bed.run('invite', '--ensure', '3')
  t.match({ code, stdout }, { code: 5, stdout: '' })
  t.match(stderr, /error: 1 expired invite could not be revoked: /)
  t.match(lastEnd(bed), { op: 'invite', rc: 0, outcome: '3 minted' })
  const states = JSON.parse((await bed.run('invite', 'list', '--json')).stdout) as { state: string }[]
  t.strictSame(
    states.map(({ state }) => state),
    ['expired', 'valid', 'valid', 'valid'],
  )
})

t.test('of two that were minted at once, the one that was saved is counted', mountNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const dataDir = mounted(t, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs')
  atSaved(bed, 1, () => fill(dataDir, 0))
  const env = { DATA_DIR: dataDir, ADMIN_CRED_FILE: bed.credentialsFile }
  const { code, stdout, stderr } = await bed.runWith({ env }, 'invite', '2')
  t.equal(code, 5)
  t.match(stdout, /^minted 1 invite /)
  t.match(
    stderr,
    /error: 1 of 2 invites were minted: cannot save a minted token, which was revoked: cannot write .*: no space left/,
  )
  t.equal(missing(bed, dataDir), 0)
})

t.test('an invite that was revoked and cannot be removed from the list', mountNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const dataDir = mounted(t, 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs')
  const env = { DATA_DIR: dataDir, ADMIN_CRED_FILE: bed.credentialsFile }
  await bed.runWith({ env }, 'invite', '2')
  const [token = ''] = readFileSync(`${dataDir}/secrets/invite-tokens.txt`, 'utf8').split(' ')
  bed.hs.onCommand('executed', /^token revoke/, () => fill(dataDir, 0))
  const { code, stderr } = await bed.runWith({ env }, 'invite', 'revoke', token.slice(0, 6))
  t.equal(code, 2)
  t.match(
    stderr,
    /error: 1 invite no longer works, but stays in the list: cannot write .*invite-tokens\.txt: no space left \(ENOSPC\)\nhint: run `matrix-users invite prune`/,
  )
  t.notOk(bed.hs.tokenValid(token))
})

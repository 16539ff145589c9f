import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { type SimulatedBed, simulatedBed } from './bed.ts'

const unknown = { errcode: 'M_UNKNOWN', error: 'matrix-users: error: made up\nok       token: made up' }
const message = (text: RegExp) => new RegExp(`^matrix-users: error: ${text.source}`, 'm')
const isTranslated = (t: Test, stderr: string, text: RegExp) => {
  t.match(stderr, message(text))
  t.notMatch(stderr, /internal error|defect|\n +at /)
}

t.test('create-admin: /versions and the alias answer with an error', async (t) => {
  const bed = await simulatedBed(t)
  const env = { DATA_DIR: `${t.testdirName}/new`, ADMIN_MATRIX_PASS: bed.operator.password }
  const missing = bed.hs.faults.on({ path: /\/versions$/ }, { kind: 'answer', status: 404, body: unknown })
  const first = await bed.runWith({ env }, 'create-admin')
  t.equal(first.code, 2)
  isTranslated(t, first.stderr, /the homeserver refused the request \(404 M_UNKNOWN, GET \/_matrix\/client\/versions\)/)
  missing.remove()
  bed.hs.faults.on({ path: /\/directory\/room\// }, { kind: 'answer', status: 500, body: unknown })
  const second = await bed.runWith({ env }, 'create-admin')
  t.equal(second.code, 2)
  isTranslated(t, second.stderr, /.*the homeserver failed \(500 M_UNKNOWN, GET /)
})

t.test('--resume: /messages answers with an error', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const file = `${bed.dataDir}/users`
  writeFileSync(file, 'alice\nbob\n')
  bed.hs.faults.on({ path: /\/messages/, skip: 1 }, { kind: 'answer', status: 500, body: unknown })
  const { code, stderr } = await bed.run('create', '--from', file, '--resume')
  t.not(code, 0)
  isTranslated(t, stderr, /.*the homeserver failed \(500 M_UNKNOWN, GET /)
})

t.test('files that cannot be made or read', async (t) => {
  const bed = await simulatedBed(t)
  const run = async (breakIt: (bed: SimulatedBed) => void, ...args: string[]) => {
    breakIt(bed)
    const { code, stdout, stderr } = await bed.runWith({ env: { ENABLE_USER_ADMIN: 'true' } }, ...args)
    t.equal(code, 2, args.join(' '))
    t.notMatch(stderr, /internal error|defect|\n +at /)
    return stdout + stderr
  }
  const hash = `${bed.dataDir}/secrets/adminweb-password.hash`
  t.match(
    await run(() => mkdirSync(hash), 'check'),
    /failed {3}panel password: (cannot read .*it is a folder|.* is not a regular file)/,
  )
  const invites = `${bed.dataDir}/secrets/invite-tokens.txt`
  t.match(
    await run(() => mkdirSync(invites), 'invite', 'list'),
    message(/(cannot read .*it is a folder|.* is not a regular file)/),
  )
  t.match(
    await run(() => {}, 'check'),
    /failed {3}invite file: (cannot read .*it is a folder|.* is not a regular file)/,
  )
  const noFolder = () => {
    rmSync(`${bed.dataDir}/copy`, { force: true })
    writeFileSync(`${bed.dataDir}/copy`, '')
  }
  noFolder()
  const env = { DATA_DIR: `${bed.dataDir}/copy/data`, ADMIN_CRED_FILE: bed.credentialsFile }
  const { code, stderr } = await bed.runWith({ env }, 'invite')
  t.equal(code, 2)
  isTranslated(t, stderr, /cannot .*\/copy\/data\/secrets: part of the path is not a folder \(ENOTDIR\)/)
})

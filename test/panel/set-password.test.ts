import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { isPassword } from '../../src/config/panel-password.ts'
import { simulatedBed } from '../contract/bed.ts'
import { command } from '../contract/binary.ts'

const set = ['panel', 'set-password'] as const
const hashFile = (dataDir: string) => `${dataDir}/secrets/adminweb-password.hash`

t.test('--generate --json prints one object with the password', async (t) => {
  const { dataDir, run } = await simulatedBed(t)
  const { code, stdout } = await run(...set, '--generate', '--json')
  t.equal(code, 0)
  const { password, file } = JSON.parse(stdout)
  t.equal(file, hashFile(dataDir))
  t.ok(await isPassword(password, readFileSync(file, 'utf8')))
})

t.test('what nobody could type is no password', async (t) => {
  const { dataDir, env, runWith } = await simulatedBed(t)
  const several = await runWith({ input: 'correct horse\nbattery staple\n' }, ...set)
  t.match(several, { code: 2, stderr: /hint: remove the line break within the password/ })
  const [program = '', ...first] = command
  const child = spawn(program, [...first, ...set], { env: { ...env, HOME: '/nonexistent' }, stdio: 'pipe' })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin.end(Buffer.from([...Buffer.from('correct horse '), 0xe4, 0xf6, 0xfc]))
  t.equal((await once(child, 'close'))[0], 2)
  t.match(stderr, /hint: use 8 to 256 characters, without control characters/)
  t.notOk(existsSync(hashFile(dataDir)))
})

t.test('it is put on record, also where there are no credentials yet, and where it cannot be', async (t) => {
  const bed = await simulatedBed(t)
  const first = await bed.runWith({ input: 'a first password' }, ...set)
  t.equal(first.code, 0)
  await bed.runWith({ input: 'another password' }, ...set)
  await bed.runWith({ input: 'another password', env: { ADMIN_CRED_FILE: '/nonexistent' } }, ...set, '--yes')
  const line = { op: 'set-password', target: 'panel', source: 'cli' }
  t.match(bed.audit(), [
    { action: 'user-op-start', user: '@admin:home.test', ...line },
    { action: 'user-op-end', user: '@admin:home.test', rc: 0, outcome: 'done', ...line },
    { action: 'user-op-start', user: '', ...line },
    { action: 'user-op-end', user: '', rc: 0, ...line },
  ])
  t.equal(bed.audit().length, 4, 'what was refused changed nothing')
  const other = t.testdir({ logs: '' })
  const unlogged = await bed.runWith({ input: 'a first password', env: { DATA_DIR: other } }, ...set)
  t.match(unlogged, { code: 0, stderr: /warning: this is not recorded in the audit log/ })
})

import t from 'tap'
import { anyBed, freshName } from '../bed.ts'
import { api, knowsStates } from './api.ts'

t.test('an account is listed and shown in the state that it is in', async (t) => {
  const bed = await anyBed(t)
  const name = freshName()
  const mxid = `@${name}:${bed.serverName}`
  const told = await knowsStates(bed)
  const state = async () => {
    const { code, stdout } = await bed.run('show', name, '--json')
    return [code, ...JSON.parse(stdout).map(({ state }: { state: string }) => state)]
  }
  t.strictSame(await state(), told ? [1, 'missing'] : [0, 'unknown'])
  await bed.run('create', name)
  t.strictSame(await state(), [0, told ? 'active' : 'unknown'])
  await bed.run('suspend', name)
  t.strictSame(await state(), [0, told ? 'suspended' : 'unknown'])
  const { code, stdout } = await bed.run('list', '--state')
  t.equal(code, 0)
  const rows = stdout.trimEnd().split('\n')
  t.ok(rows.includes(`${mxid}\t${told ? 'suspended' : 'unknown'}\tno`))
  t.ok(rows.some((row) => row.startsWith(`${bed.operator.mxid}\t`) && row.endsWith('\tyes')))
  await bed.run('deactivate', name, '--yes')
  t.strictSame(await state(), [0, told ? 'deactivated' : 'unknown'])
})

t.test('the password of a new account stands beside its user ID, and logs in', async (t) => {
  const bed = await anyBed(t)
  const name = freshName()
  const { code, stdout, stderr } = await bed.run('create', name, '--passwords')
  t.equal(code, 0)
  t.equal(stderr, '')
  const [mxid, password] = stdout.trimEnd().split('\t')
  t.equal(mxid, `@${name}:${bed.serverName}`)
  const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password }
  t.equal((await api(bed, 'POST', '_matrix/client/v3/login', { body, token: '' })).status, 200)
})

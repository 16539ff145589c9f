import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { anyBed, type Bed, freshName } from '../bed.ts'
import { api } from './api.ts'

function onRecord(bed: Bed): string[] {
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  return lines.map((line) => line.split(' ')[0] ?? '')
}

async function isValid(bed: Bed, token: string): Promise<unknown> {
  const path = `_matrix/client/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(token)}`
  return (await api(bed, 'GET', path, { token: '' })).body.valid
}

t.test('an invite is good for exactly one registration; what was revoked for none', async (t) => {
  const bed = await anyBed(t)
  const { code, stdout, stderr } = await bed.run('invite', '2', '--show', '--timeout', '60')
  t.equal(code, 0, stderr)
  const [first = '', second = ''] = stdout.trim().split('\n')
  t.ok([first, second].every((token) => onRecord(bed).includes(token)))
  t.equal(await isValid(bed, first), true)
  const details = { username: freshName(), password: `P-${freshName()}` }
  const register = (auth?: unknown) =>
    api(bed, 'POST', '_matrix/client/v3/register', { body: { ...details, auth }, token: '' })
  let { body } = await register()
  for (const stage of ['m.login.registration_token', 'm.login.dummy']) {
    if (body.user_id !== undefined) break
    const auth = { type: stage, session: body.session, ...(stage === 'm.login.dummy' ? {} : { token: first }) }
    body = (await register(auth)).body
  }
  t.match(body.user_id, details.username)
  t.equal(await isValid(bed, first), false)
  t.equal((await bed.runWith({ input: second }, 'invite', 'revoke', '-')).code, 0)
  t.equal(await isValid(bed, second), false)
  t.match(await bed.run('invite', 'prune'), { code: 0 })
  t.notOk(onRecord(bed).includes(first))
})

t.test('where the server ends tokens by itself, ours ends on its day, and is dropped then', async (t) => {
  const bed = await anyBed(t, { kind: 'synapse' })
  const endpoint = '_synapse/admin/v1/registration_tokens'
  if ((await api(bed, 'GET', endpoint)).status === 404) return t.comment('this homeserver has no such tokens')
  const { stdout } = await bed.run('invite', '--show', '--days', '3')
  const token = stdout.trim()
  const { body } = await api(bed, 'GET', `${endpoint}/${token}`)
  t.equal(body.uses_allowed, 1)
  const days = (Number(body.expiry_time) - Date.now()) / 86_400_000
  t.ok(days > 2.99 && days <= 3.01, `${days} days`)
  const soon = Date.now() + 300
  t.equal((await api(bed, 'PUT', `${endpoint}/${token}`, { body: { expiry_time: soon } })).status, 200)
  while (Date.now() <= soon) await new Promise((resolve) => setTimeout(resolve, 50))
  t.equal(await isValid(bed, token), false)
  t.match((await bed.run('invite', 'list')).stdout, /used or unknown/)
  t.match(await bed.run('invite', 'take'), { code: 2, stdout: '' })
  t.equal((await bed.run('invite', 'prune')).code, 0)
  t.notOk(onRecord(bed).includes(token))
})

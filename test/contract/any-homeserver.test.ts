import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { anyBed, type Bed, freshName } from './bed.ts'

/** What holds on every homeserver, seen through the Client-Server API alone. */
async function api(bed: Bed, method: string, path: string, body?: unknown, token = bed.operator.token) {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) }
  const response = await fetch(`${bed.url}/_matrix/client/v3/${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

function onRecord(bed: Bed): string[] {
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ')[0] ?? '')
    : []
}

async function isValid(bed: Bed, token: string): Promise<unknown> {
  const path = `_matrix/client/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(token)}`
  return ((await (await fetch(`${bed.url}/${path}`)).json()) as { valid?: boolean }).valid
}

t.test('a reply with a password is gone from the room once it was printed', async (t) => {
  const bed = await anyBed(t)
  const { stdout } = await bed.run('create', freshName(), '--json')
  const { room_id, event_id, reply } = JSON.parse(stdout) as Record<string, string>
  const { body } = await api(bed, 'GET', `rooms/${encodeURIComponent(room_id ?? '')}/messages?dir=b&limit=50`)
  const bodies = (body.chunk as { event_id: string; content: { body?: string } }[]).map(({ content }) => content.body)
  t.ok(bodies.length > 1 && event_id)
  t.notOk(bodies.includes(reply ?? ''), 'the reply')
})

t.test('the password of the reply logs in, and logout ends the session', async (t) => {
  const bed = await anyBed(t)
  const name = freshName()
  const { stdout } = await bed.run('create', name)
  // No wording is read: the password is the longest word that is not the name. One try, because logins are limited.
  const words = (stdout.match(/[A-Za-z0-9_-]{12,}/g) ?? []).filter(
    (word) => !word.includes(name) && !word.includes(bed.serverName),
  )
  const password = words.sort((a, b) => b.length - a.length)[0]
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password }
  const { status, body } = await api(bed, 'POST', 'login', login, '')
  t.equal(status, 200)
  t.equal((await bed.run('logout', name)).code, 0)
  t.equal((await api(bed, 'GET', 'account/whoami', undefined, String(body.access_token))).status, 401)
})

t.test('an invite is good for exactly one registration', async (t) => {
  const bed = await anyBed(t)
  const { code, stdout } = await bed.run('invite', '2', '--show')
  t.equal(code, 0)
  const [first = '', second = ''] = stdout.trim().split('\n')
  t.ok([first, second].every((token) => onRecord(bed).includes(token)))
  t.equal(await isValid(bed, first), true)
  const details = { username: freshName(), password: `P-${freshName()}` }
  let { body } = await api(bed, 'POST', 'register', details, '')
  for (const stage of ['m.login.registration_token', 'm.login.dummy']) {
    if (body.user_id !== undefined) break
    const auth = { type: stage, session: body.session, ...(stage === 'm.login.dummy' ? {} : { token: first }) }
    body = (await api(bed, 'POST', 'register', { ...details, auth }, '')).body
  }
  t.match(body.user_id, details.username)
  t.equal(await isValid(bed, first), false)
  t.equal((await bed.runWith({ input: second }, 'invite', 'revoke', '-')).code, 0)
  t.equal(await isValid(bed, second), false)
  t.match(await bed.run('invite', 'prune'), { code: 0 })
  t.notOk(onRecord(bed).includes(first))
})

t.test('check finds nothing wrong', async (t) => {
  const bed = await anyBed(t)
  const { code, stdout } = await bed.run('check')
  t.equal(code, 0, stdout)
})

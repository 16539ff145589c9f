import t from 'tap'
import { terminalNeeded } from '../contract/terminal.ts'
import { loginBed, startSite } from './bed.ts'

const json = { 'content-type': 'application/json' }

t.test('a server name leads to the homeserver by its /.well-known/matrix/client', terminalNeeded, async (t) => {
  const { hs, login, profileFile, value } = await loginBed(t)
  const asked: (string | undefined)[] = []
  const { name, env } = await startSite(t, ({ url, headers }, response) => {
    asked.push(url)
    if (headers.authorization) asked.push(headers.authorization)
    response.writeHead(200, json).end(JSON.stringify({ 'm.homeserver': { base_url: `${hs.url}/` } }))
  })
  const { text, code } = await login([['password (', hs.operator.password]], [name, 'admin'], env)
  t.equal(code, 0)
  t.match(text, `homeserver: ${hs.url}/`)
  t.equal(value('MATRIX_HS_API', profileFile), hs.url)
  t.strictSame(asked, ['/.well-known/matrix/client'])
})

t.test('without one, the name itself is the homeserver: over https, and on this machine also over http', async (t) => {
  const { hs, withToken } = await loginBed(t)
  const asked: (string | undefined)[] = []
  const { name, env } = await startSite(t, ({ url }, response) => {
    asked.push(url)
    response.writeHead(404, json).end('{}')
  })
  t.match(await withToken('x', [name], env), { code: 2 })
  t.strictSame(asked, ['/.well-known/matrix/client', '/_matrix/client/versions'])
  t.match(await withToken(hs.operator.token, [new URL(hs.url).host]), { code: 0 })
})

t.test('what cannot be followed asks for the URL', async (t) => {
  const { withToken } = await loginBed(t)
  const answers: [status: number, body: string][] = [
    [302, ''],
    [500, ''],
    [200, 'no JSON'],
    [200, '{}'],
    [200, '{"m.homeserver":null}'],
    [200, '{"m.homeserver":{"base_url":"ftp://x"}}'],
    [200, '{"m.homeserver":{"base_url":7}}'],
  ]
  for (const [status, body] of answers) {
    const { name, env } = await startSite(t, (_, response) => {
      response.writeHead(status, { ...json, location: 'https://127.0.0.1:1/' }).end(body)
    })
    const { code, stderr } = await withToken('x', [name], env)
    t.equal(code, 2)
    t.match(
      stderr,
      /well-known\/matrix\/client does not name a homeserver[\s\S]*hint: give the URL/,
      `${status} ${body}`,
    )
  }
  const { name, env } = await startSite(t, (_, response) => {
    response.writeHead(200, json).end('{"m.homeserver":{"base_url":"http://192.0.2.1"}}')
  })
  t.match(await withToken('x', [name], env), { code: 2, stderr: /unencrypted to 192\.0\.2\.1/ })
})

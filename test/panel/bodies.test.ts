import { mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import t from 'tap'
import { ask, logIn, panelBed, password } from './bed.ts'

t.test('what is no form is not a wrong password, and no defect', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const send = (path: string, type: string, form: string) =>
    ask(bed.url + path, { headers: { 'content-type': type, cookie: login.cookie }, form })
  for (const path of ['login', 'create', 'leave'])
    for (const [type, form, status] of [
      ['multipart/form-data', 'x', 400],
      ['multipart/form-data; boundary=', 'x', 400],
      ['multipart/form-data; boundary=b', 'x', 400],
      ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="password"\r\n\r\ncut', 400],
      ['application/json', '{"password":"x"}', 415],
      ['text/plain', 'password=x', 415],
    ] as const) {
      const answer = await send(path, type, form)
      t.equal(answer.status, status, `${path}: ${type}`)
      if (status === 400) t.match(answer.body, /The form cannot be read/)
    }
  const boundary = 'b'.repeat(40)
  const parts = `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${password}\r\n--${boundary}--\r\n`
  const whole = await send('login', `multipart/form-data; boundary=${boundary}`, parts)
  t.equal(whole.status, 303, 'a whole one is taken')
  t.notMatch(bed.output(), /error/)
})

t.test('a failure is one line on stderr, without what was sent', async (t) => {
  const bed = await panelBed(t)
  const file = `${bed.dataDir}/secrets/adminweb-password.hash`
  rmSync(file)
  mkdirSync(file)
  t.equal((await ask(`${bed.url}login?never-shown`, { form: { password: 'never-shown' } })).status, 500)
  const lines = bed
    .output()
    .split('\n')
    .filter((line) => line.includes('error'))
  t.match(lines, [/^matrix-users: error: .*adminweb-password\.hash is not a regular file$/])
  t.equal(lines.length, 1)
  t.notMatch(bed.output(), /never-shown/)
})

t.test('a client that leaves in the middle of its form is no defect', async (t) => {
  const bed = await panelBed(t)
  for (const length of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const client = connect(Number(new URL(bed.url).port), '127.0.0.1')
    client.write(
      `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n${length}\r\n\r\n4\r\n`,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.destroy()
  }
  await logIn(bed.url)
  t.notMatch(bed.output(), /error/i)
})

t.test('a form is taken once', async (t) => {
  const bed = await panelBed(t)
  const login = await logIn(bed.url)
  const form = await login.formId('create')
  t.equal((await login.send('suspend', { user: 'admin', form })).status, 403, 'and for its own action')
  t.equal((await login.send('create', { user: 'alice', form })).status, 200)
  t.equal((await login.send('create', { user: 'bob', form })).status, 409)
  const incomplete = await login.send('create', { user: 'bob', form: '' })
  t.match(incomplete, { status: 403, body: /The form is incomplete: nothing was done/ })
  t.notOk(bed.hs.accounts.has('bob'))
})

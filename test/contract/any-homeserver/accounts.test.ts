import t from 'tap'
import { anyBed, freshName } from '../bed.ts'
import { api, knowsStates, lastMessages, moderatesInRoom } from './api.ts'

t.test('0: a reply was relayed, whatever it says', async (t) => {
  const bed = await anyBed(t)
  t.equal((await bed.run('list')).code, 0)
  t.equal((await bed.run('run', '--', 'no-such-command')).code, 0)
})

t.test('--json is one object with the reply inside, and that reply is gone from the room', async (t) => {
  const bed = await anyBed(t)
  const name = freshName()
  const { code, stdout } = await bed.run('create', name, '--json')
  t.equal(code, 0)
  const object = JSON.parse(stdout)
  t.match(object, {
    command: `!admin users create-user ${name}`,
    effect: (await knowsStates(bed)) ? true : null,
    redacted: true,
  })
  t.strictSame(Object.keys(object), ['command', 'room_id', 'event_id', 'reply', 'effect', 'redacted', 'elapsed_ms'])
  const bodies = (await lastMessages(bed, object.room_id)).map(({ content }) => content.body)
  t.ok(bodies.includes(object.command))
  t.notOk(bodies.includes(object.reply), 'the reply')
  t.match(JSON.parse((await bed.run('run', '--json', '--', '--version')).stdout), { effect: null, redacted: false })
})

t.test(
  'the life of an account: where the server tells, no effect is exit 1, and what is not there is refused',
  async (t) => {
    const bed = await anyBed(t)
    const name = freshName()
    const told = await knowsStates(bed)
    const inRoom = await moderatesInRoom(bed)
    const steps: [string[], number, RegExp?][] = [
      [['create', name], 0],
      [['create', name], told ? 1 : 0, /no effect: the name was taken/],
      [['suspend', `x${name}`], told ? 2 : 0, /no such account/],
      [['suspend', name], 0],
      [['suspend', name], 0, /note: the account was already suspended/],
      [['unsuspend', name], 0],
      [['reset-password', `@${name}:${bed.serverName}`], 0],
      [['deactivate', name, '--yes'], 0],
    ]
    for (const [args, code, note] of steps) {
      const result = await bed.run(...args)
      t.equal(result.code, code, `${args.join(' ')}: ${result.stderr}`)
      const silent = code === 2 || (!inRoom && /suspend/.test(args[0] ?? ''))
      t.equal(result.stdout === '', silent, `${args.join(' ')}: ${silent ? 'no reply, none was asked for' : 'a reply'}`)
      if (note !== undefined && told) t.match(result.stderr, note)
    }
  },
)

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
  const { status, body } = await api(bed, 'POST', '_matrix/client/v3/login', { body: login, token: '' })
  t.equal(status, 200)
  t.equal((await bed.run('logout', name)).code, 0)
  const token = String(body.access_token)
  t.equal((await api(bed, 'GET', '_matrix/client/v3/account/whoami', { token })).status, 401)
})

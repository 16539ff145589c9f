import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { startSynapseBed } from './bed.ts'
import { Hand, path, Refusal } from './http.ts'
import type { Message } from './listen.ts'
import { answered, OperatorHand } from './operator-hand.ts'
import { login, registerByToken, tokenValid } from './registration.ts'

/**
 * Proves server and bot through plain HTTP, before any program of ours is tried on them. The server's limits are on:
 * five logins, three registrations, five questions for a token's validity, ten messages at once of an account.
 */
const bed = await startSynapseBed({ fileLimit: 1500, joined: false })
const nobody = new Hand(bed.url)
const mxid = (localpart: string) => `@${localpart}:${bed.serverName}`
const room = path`/_matrix/client/v3/rooms/${bed.roomId}`

/** The one secret in a reply: no word of the bot is as long. */
const secretIn = (text: string, length: number) => new RegExp(`\\b[A-Za-z0-9]{${length}}\\b`).exec(text)?.[0] ?? ''

async function refused(errcode: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Refusal && error.errcode === errcode, errcode)
}

const operator = new OperatorHand(bed, bed.operator)
/** Another operator, since each may say so little. */
const carol = new OperatorHand(bed, await bed.addOperator('carol'))
let passwords: string[] = []
let minted = ''

const steps: [string, () => Promise<void>][] = [
  [
    'an operator who is invited must join before posting; the room is the bot’s, and its id has no server name',
    async () => {
      const alias = path`/_matrix/client/v3/directory/room/${`#admins:${bed.serverName}`}`
      assert.equal((await operator.ask('GET', alias)).room_id, bed.roomId)
      assert.match(bed.roomId, /^![\w-]{43}$/)
      await refused('M_FORBIDDEN', operator.post('!admin users list-users'))
      await operator.ask('POST', path`/_matrix/client/v3/join/${bed.roomId}`, { body: {} })
      const create = await operator.ask('GET', `${room}/state/m.room.create/`, { query: { format: 'event' } })
      assert.equal(create.sender, bed.bot.mxid)
    },
  ],
  [
    'list: a correlated reply; what has no prefix gets none',
    async () => {
      const silent = await operator.post('users list-users')
      const { answers, body, reply } = await operator.run('users list-users')
      assert.ok(answers)
      assert.equal(reply.content.msgtype, 'm.notice')
      for (const name of ['admin', 'conduit']) assert.ok(body.includes(mxid(name)), name)
      assert.equal((await operator.after(silent, 1)).length, 1)
    },
  ],
  [
    'create: the password of the reply logs in; the name is taken then',
    async () => {
      const password = secretIn((await operator.run('users create-user alice')).body, 25)
      passwords = [password]
      assert.ok((await bed.secrets()).includes(password))
      const token = await login(nobody, 'alice', password)
      assert.equal((await operator.run('users create-user alice')).answers, true)
      assert.equal(secretIn((await operator.run('users create-user alice')).body, 25), '')
      const me = new Hand(bed.url, token)
      assert.equal((await me.ask('GET', '/_matrix/client/v3/account/whoami')).user_id, mxid('alice'))
      await refused('M_FORBIDDEN', me.ask('POST', path`/_matrix/client/v3/join/${bed.roomId}`, { body: {} }))
      assert.equal((await operator.run(`users logout ${mxid('alice')}`)).answers, true)
      await refused('M_UNKNOWN_TOKEN', me.ask('GET', '/_matrix/client/v3/account/whoami'))
    },
  ],
  [
    'reset: the new password logs in, the old one does not; the operator’s redaction empties the reply',
    async () => {
      const { reply, body } = await operator.run('users reset-password alice')
      const password = secretIn(body, 25)
      await login(nobody, 'alice', password)
      await refused('M_FORBIDDEN', login(nobody, 'alice', passwords[0] ?? ''))
      const redact = path`/redact/${reply.event_id}/${randomUUID()}`
      await operator.ask('PUT', `${room}${redact}`, { body: { reason: 'read' } })
      const event = await operator.ask('GET', `${room}${path`/event/${reply.event_id}`}`)
      assert.deepEqual(event.content, {})
      assert.equal((event.unsigned as { redacted_because: Message }).redacted_because.content.reason, 'read')
    },
  ],
  [
    'suspend, unsuspend, lock, unlock: seen in the account; an operator cannot be suspended',
    async () => {
      for (const [verb, key, value] of [
        ['suspend', 'suspended', true],
        ['unsuspend', 'suspended', false],
        ['lock', 'locked', true],
        ['unlock', 'locked', false],
      ] as const) {
        assert.ok((await carol.run(`users ${verb} ${mxid('alice')}`)).answers)
        assert.equal((await bed.admin.account(mxid('alice')))?.[key], value, verb)
      }
      assert.ok((await carol.run(`users suspend ${bed.operator.mxid}`)).answers)
      assert.equal((await bed.admin.account(bed.operator.mxid))?.suspended, false)
    },
  ],
  [
    'make-user-admin: a member of the room, without asking the account',
    async () => {
      assert.ok((await carol.run(`users make-user-admin ${mxid('alice')}`)).answers)
      const { joined } = await carol.ask('GET', `${room}/joined_members`)
      assert.ok(mxid('alice') in (joined as object))
      assert.equal((await bed.admin.account(mxid('alice')))?.admin, true)
    },
  ],
  [
    'deactivate: a line that answers nobody comes before the reply; the name stays taken',
    async () => {
      const { before, answers } = await carol.run(`users deactivate ${mxid('alice')}`, 2)
      assert.deepEqual([before.map(answered), answers], [[undefined], true])
      assert.equal((await bed.admin.account(mxid('alice')))?.deactivated, true)
      const query = { username: 'alice' }
      await refused('M_USER_IN_USE', nobody.ask('GET', '/_matrix/client/v3/register/available', { query }))
    },
  ],
  [
    'a token of the room registers one account, in the two stages that Synapse wants',
    async () => {
      minted = secretIn((await carol.run('token issue --once')).body, 16)
      assert.equal(await tokenValid(nobody, minted), true)
      assert.equal(await registerByToken(nobody, 'bob', minted), mxid('bob'))
      assert.equal(await tokenValid(nobody, minted), false)
    },
  ],
  [
    'a token of the API with an end of our choice is invalid afterwards; a revoked one at once',
    async () => {
      const tokens = '/_synapse/admin/v1/registration_tokens/new'
      const soon = { token: 'short-lived', uses_allowed: 1, expiry_time: Date.now() + 1500 }
      await carol.ask('POST', tokens, { body: soon })
      assert.equal(await tokenValid(nobody, 'short-lived'), true)
      await new Promise((resolve) => setTimeout(resolve, 1600))
      assert.equal(await tokenValid(nobody, 'short-lived'), false)
      const other = secretIn((await carol.run('token issue --max-age 7d')).body, 16)
      assert.ok((await carol.run(`token revoke ${other}`)).answers)
      assert.equal(await tokenValid(nobody, other), false)
    },
  ],
  [
    'a long reply is a file without a relation, and its media needs a token',
    async () => {
      for (let number = 0; number < 60; number++) await bed.addAccount(`user-with-a-long-name-${number}`)
      const { reply, answers } = await carol.run('users list-users')
      assert.equal(answers, false)
      assert.equal(reply.content.msgtype, 'm.file')
      const [, server = '', id = ''] = /^mxc:\/\/([^/]+)\/(.+)$/.exec(String(reply.content.url)) ?? []
      const media = path`/_matrix/client/v1/media/download/${server}/${id}`
      assert.equal((await nobody.raw('GET', media)).status, 401)
      const text = await (await carol.raw('GET', media)).text()
      assert.equal(text.match(/@user-with-a-long-name-\d+:/g)?.length, 60)
      assert.equal(Buffer.byteLength(text), (reply.content.info as { size: number }).size)
    },
  ],
  [
    'two operators at once: one reply to each command, in the order of the room; a bot that is limited waits',
    async () => {
      const both = [await bed.addOperator('dave'), await bed.addOperator('erin')].map(
        (each) => new OperatorHand(bed, each),
      )
      await bed.admin.limitMessages(bed.bot.mxid, true)
      const posts = Array.from({ length: 6 }, () => both.map((hand) => hand.post('!admin --version'))).flat()
      const commands = await Promise.all(posts)
      const messages = await operator.until((messages) => {
        const replied = messages.map(answered)
        return commands.every((command) => replied.includes(command))
      })
      const inOrder = messages.map(({ event_id }) => event_id).filter((id) => commands.includes(id))
      const replies = messages.map(answered).filter((id) => id !== undefined && commands.includes(id))
      assert.deepEqual(replies, inOrder)
      assert.ok(carol.limited > 0 && bed.bot.limited > 0)
    },
  ],
]

try {
  for (const [what, step] of steps) {
    const begun = Date.now()
    await step()
    console.log(`ok - ${what} (${((Date.now() - begun) / 1000).toFixed(1)} s)`)
  }
} finally {
  await bed.close()
}

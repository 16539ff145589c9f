import { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { findAdminRoom } from '../matrix/admin-room/find.ts'
import { MatrixError } from '../matrix/matrix-errors.ts'
import { type Known, limits } from './known.ts'
import { type Finding, failed, ok, type Step } from './step.ts'

/** ms for the bot to answer, and for a second try with the usual prefix: silence costs at most 10 s. */
const answerTime = 6000
const secondTime = 3000
const usualPrefix = '!admin'

export const roomStep: Step<Known> = {
  name: 'admin room',
  needs: ['server admin'],
  async run(known) {
    const { client, serverName, settings } = known
    const roomId = await findAdminRoom(client, serverName, settings.adminRoomId, limits(known))
    known.room = new AdminRoom(client, roomId, settings.prefix)
    if (settings.adminRoomId === undefined) return ok(`${roomId}, found by its alias`)
    const byAlias = await findAdminRoom(client, serverName, undefined, limits(known)).catch(() => undefined)
    return byAlias === undefined || byAlias === roomId
      ? ok(`${roomId}, set by ADMIN_ROOM_ID`)
      : failed(
          `ADMIN_ROOM_ID is ${roomId}, but the alias of the admin room leads to ${byAlias}`,
          `set ADMIN_ROOM_ID=${byAlias}, or unset it`,
        )
  },
}

export const joinedStep: Step<Known> = {
  name: 'joined',
  needs: ['admin room'],
  async run(known) {
    const { client, room, operator } = known
    const members = await client.joinedMembers(room.roomId, limits(known)).catch(ignoreForbidden)
    if (members?.includes(operator)) return ok(`${operator} is in the admin room, which has ${members.length} members`)
    if (await client.join(room.roomId, limits(known)).then(() => true, ignoreForbidden))
      return ok(`${operator} was invited, and is in the admin room now`)
    const line = `${known.settings.prefix} users make-user-admin ${operator}`.trim()
    return failed(`${operator} is neither in the admin room nor invited`, `ask an admin to post there: ${line}`)
  },
}

function ignoreForbidden(error: unknown): undefined {
  if (error instanceof MatrixError && error.status === 403) return undefined
  throw error
}

export const encryptedStep: Step<Known> = {
  name: 'not encrypted',
  needs: ['joined'],
  async run(known) {
    return (await known.client.isEncrypted(known.room.roomId, limits(known)))
      ? failed(
          'the bot cannot read commands because the admin room is encrypted',
          'create a new admin room or use the console of the homeserver (encryption cannot be turned off)',
        )
      : ok('the bot can read the admin room')
  },
}

export const botStep: Step<Known> = {
  name: 'bot answers',
  needs: ['not encrypted'],
  run: askBot,
}

async function askBot(known: Known): Promise<Finding> {
  const { client, room, settings, time } = known
  const started = Date.now()
  let wrote = false
  const onLine = () => {
    wrote = true
  }
  const first = await room.postHarmless(limits(known))
  if (await room.outcome(first, Math.min(Date.now() + answerTime, time.deadline), onLine))
    return ok(`in ${Date.now() - started} ms`)
  if (wrote)
    return failed(
      'the bot is busy and has not started on the command yet',
      'try again later, or wait longer with MATRIX_ADMIN_TIMEOUT=120',
    )
  if (settings.prefix !== usualPrefix) {
    const usual = new AdminRoom(client, room.roomId, usualPrefix)
    const second = await usual.postHarmless(limits(known))
    if (await usual.outcome(second, Math.min(Date.now() + secondTime, time.question), () => {}))
      return failed(
        `the bot does not answer to the prefix ${JSON.stringify(settings.prefix)}, but to ${JSON.stringify(usualPrefix)}`,
        `set MATRIX_ADMIN_PREFIX='${usualPrefix}', or unset it`,
      )
  }
  return failed(
    `the bot does not answer (${Math.round((Date.now() - started) / 1000)} s)`,
    'restart the homeserver and look at its log, or set MATRIX_ADMIN_PREFIX to the prefix configured there',
  )
}

import { Failure } from './failure.ts'
import type { Event, Room } from './room.ts'
import type { Context, Route } from './router.ts'

const rooms = '/_matrix/client/v3/rooms/:roomId'

/** Rooms: finding, joining, writing, reading, redacting. */
export const roomRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/_matrix/client/v3/directory/room/:alias', handle: resolveAlias },
  { method: 'POST', pattern: '/_matrix/client/v3/join/:roomId', handle: join },
  { method: 'POST', pattern: `${rooms}/join`, handle: join },
  { method: 'POST', pattern: `${rooms}/leave`, handle: leave },
  { method: 'PUT', pattern: `${rooms}/send/:type/:transactionId`, handle: send },
  { method: 'PUT', pattern: `${rooms}/redact/:eventId/:transactionId`, handle: redact },
  { method: 'GET', pattern: `${rooms}/messages`, handle: messages },
  { method: 'GET', pattern: `${rooms}/event/:eventId`, handle: event },
  { method: 'GET', pattern: `${rooms}/joined_members`, handle: joinedMembers },
  { method: 'GET', pattern: `${rooms}/state`, handle: (context) => [...readable(context).state.values()] },
  { method: 'GET', pattern: `${rooms}/state/:type`, handle: state },
  { method: 'GET', pattern: `${rooms}/state/:type/:stateKey`, handle: state },
]

function resolveAlias({ world, params }: Context) {
  const roomId = world.faults.aliases ? world.aliases.get(params.alias ?? '') : undefined
  if (roomId === undefined) throw new Failure(404, 'M_NOT_FOUND')
  return { room_id: roomId, servers: [world.serverName] }
}

/** Only who was invited may join, and who is in already. */
function join({ world, params, session }: Context) {
  const given = params.roomId ?? ''
  const room = world.rooms.get(world.aliases.get(given) ?? given)
  if (!room) throw new Failure(404, 'M_NOT_FOUND')
  const membership = room.member(session.account.mxid)
  if (membership === 'leave' || !world.faults.joining) throw new Failure(403, 'M_FORBIDDEN')
  if (membership === 'invite') room.setMember(session.account.mxid, 'join')
  return { room_id: room.id }
}

function leave({ world, params, session }: Context) {
  const room = world.rooms.get(params.roomId ?? '')
  if (room?.joined(session.account.mxid)) room.setMember(session.account.mxid, 'leave')
  return {}
}

function writable({ world, params, session }: Context): Room {
  const room = world.rooms.get(params.roomId ?? '')
  if (!room) throw new Failure(500, 'M_UNKNOWN')
  if (!room.joined(session.account.mxid)) throw new Failure(403, 'M_FORBIDDEN')
  if (session.account.suspended) throw new Failure(403, 'M_USER_SUSPENDED')
  return room
}

function readable({ world, params, session }: Context): Room {
  const room = world.rooms.get(params.roomId ?? '')
  if (!room?.joined(session.account.mxid)) throw new Failure(403, 'M_FORBIDDEN')
  return room
}

function send(context: Context) {
  const { world, bot, params, session, body } = context
  const room = writable(context)
  const { mxid } = session.account
  const write = () =>
    room === world.room && params.type === 'm.room.message'
      ? bot.write(mxid, body)
      : room.append({ type: params.type ?? '', sender: mxid, content: body })
  return {
    event_id: room.once(session.deviceId, params.transactionId ?? '', () => {
      const written = write()
      written.unsigned.transaction_id = params.transactionId
      return written.event_id
    }),
  }
}

function redact(context: Context) {
  const { world, params, session, body } = context
  const room = writable(context)
  const { mxid } = session.account
  const target = room.event(params.eventId ?? '')
  if (!target) throw new Failure(404, 'M_NOT_FOUND')
  if (target.sender !== mxid && !world.faults.redaction) throw new Failure(403, 'M_FORBIDDEN')
  const reason = typeof body.reason === 'string' ? body.reason : undefined
  const act = () => room.redact(target.event_id, mxid, reason).event_id
  return { event_id: room.once(session.deviceId, params.transactionId ?? '', act) }
}

/** A page's token is the position of its last event; none where the page is empty. */
function messages(context: Context) {
  const { events } = readable(context)
  const { query } = context
  const backwards = query.get('dir') === 'b'
  if (!backwards && query.get('dir') !== 'f') throw new Failure(400, 'M_BAD_JSON')
  const limit = Math.min(Math.max(1, Number(query.get('limit') ?? 10) || 10), 1000)
  const newest = String(2n ** 63n - 1n)
  const start = query.get('from') ?? (backwards ? newest : '0')
  const from = start === newest ? events.length + 1 : Number(start)
  // Positions count from 1; a page backwards is [from - limit, from), one forwards is (from, from + limit].
  const first = backwards ? Math.max(1, from - limit) : from + 1
  const page = events.slice(first - 1, backwards ? from - 1 : from + limit)
  const end = backwards ? first : from + page.length
  const chunk = (backwards ? page.reverse() : page).map((event) => shown(event, context))
  return { start, ...(page.length === 0 ? {} : { end: String(end) }), chunk }
}

function event(context: Context) {
  const found = readable(context).event(context.params.eventId ?? '')
  if (!found) throw new Failure(404, 'M_NOT_FOUND')
  return shown(found, context)
}

/** As its reader sees it: with its age, and with the transaction id for who sent it only. */
function shown(event: Event, { session }: Context): Record<string, unknown> {
  const { transaction_id, ...unsigned } = event.unsigned
  const own = transaction_id !== undefined && event.sender === session.account.mxid ? { transaction_id } : {}
  return { ...event, unsigned: { age: Date.now() - event.origin_server_ts, ...own, ...unsigned } }
}

function joinedMembers(context: Context) {
  const { accounts, bot } = context.world
  const names = readable(context)
    .joinedMembers()
    .map((mxid) => {
      const account = mxid === bot ? undefined : accounts.find(mxid)
      return [mxid, account ? { display_name: account.displayName } : {}]
    })
  return { joined: Object.fromEntries(names) }
}

function state(context: Context) {
  const { params, query } = context
  const found = readable(context).stateEvent(params.type ?? '', params.stateKey ?? '')
  return query.get('format') === 'event' ? { ...found } : found.content
}

import { type Hand, path } from './http.ts'

export interface Message {
  event_id: string
  type: string
  sender: string
  content: Record<string, unknown>
}

interface Timeline {
  limited?: boolean
  prev_batch?: string
  events: Message[]
}

const nothing = { not_types: ['*'] }
/** ms that the server may keep a question open while nothing happens. */
const longPoll = 30_000

/** The messages of a room, those that are there and those that come, in room order, until the signal. */
export async function* listen(hand: Hand, roomId: string, signal: AbortSignal): AsyncGenerator<Message> {
  const room = { rooms: [roomId], timeline: { limit: 100, types: ['m.room.message'] }, state: nothing }
  const filter = JSON.stringify({ presence: nothing, account_data: nothing, room: { ...room, ephemeral: nothing } })
  let since: string | undefined
  while (!signal.aborted) {
    const query = since === undefined ? { filter } : { filter, since, timeout: String(longPoll) }
    const answer = await hand.ask('GET', '/_matrix/client/v3/sync', { query, signal })
    const timeline = (answer.rooms as { join?: Record<string, { timeline: Timeline }> })?.join?.[roomId]?.timeline
    if (timeline) {
      if (timeline.limited) yield* await between(hand, roomId, since, timeline.prev_batch ?? '', signal)
      yield* timeline.events
    }
    since = String(answer.next_batch)
  }
}

/** What came after one sync, or from the beginning, and is too much for the next one (Client-Server API, "Syncing"), oldest first. */
async function between(hand: Hand, roomId: string, since: string | undefined, until: string, signal: AbortSignal) {
  const found: Message[] = []
  for (let from: unknown = until; from !== undefined; ) {
    const query = { dir: 'b', limit: '100', from: String(from), ...(since === undefined ? {} : { to: since }) }
    const page = await hand.ask('GET', path`/_matrix/client/v3/rooms/${roomId}/messages`, { query, signal })
    found.push(...(page.chunk as Message[]))
    from = page.end
  }
  return found.reverse()
}

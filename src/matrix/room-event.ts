/** An event of a room with the fields that are used here (Client-Server API, "Room event format"). */
export interface RoomEvent {
  event_id: string
  type: string
  sender: string
  /** Of a message; empty where there is none. */
  body: string
  /** A file's `mxc://` URL, and its bytes where the server says so. */
  file: { url: string; size: number | undefined } | undefined
  /** The event that it replies to. */
  repliesTo: string | undefined
  /** The root of the thread that it stands in. */
  thread: string | undefined
  /** Whether its content was removed, and the reason that was given. */
  redaction: { reason: string } | undefined
  /** The predecessor of an upgraded room (`m.room.create`). */
  predecessor: string | undefined
}

/** Characters of an id, and of a text; an event has at most 65,536 bytes (Client-Server API, "Size limits"). */
const idLimit = 255
const textLimit = 65_536

/** Reads an event; undefined for an invalid one, or one longer than events can be. */
export function parseRoomEvent(value: unknown): RoomEvent | undefined {
  const { event_id, type, sender, content, unsigned } = fields(value)
  if (!isId(event_id) || !isId(type) || !isId(sender) || typeof content !== 'object' || content === null)
    return undefined
  const { body, msgtype, url, info, predecessor, ...rest } = fields(content)
  const because = fields(unsigned).redacted_because
  const isEmpty = Object.keys(content).length === 0
  if (typeof body === 'string' && body.length > textLimit) return undefined
  const relation = fields(rest['m.relates_to'])
  const repliesTo = fields(relation['m.in_reply_to']).event_id
  const thread = relation.rel_type === 'm.thread' ? relation.event_id : undefined
  const room = fields(predecessor).room_id
  return {
    event_id,
    type,
    sender,
    body: typeof body === 'string' ? body : '',
    file: msgtype === 'm.file' && isText(url) ? { url, size: sizeOf(info) } : undefined,
    repliesTo: isId(repliesTo) ? repliesTo : undefined,
    thread: isId(thread) ? thread : undefined,
    redaction: because !== undefined || isEmpty ? { reason: reasonOf(because) } : undefined,
    predecessor: isId(room) ? room : undefined,
  }
}

/** Whether a value is an id as Matrix has them: printable, without blanks, at most 255 characters. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= idLimit && /^[^\s\p{C}]+$/u.test(value)
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= textLimit
}

function sizeOf(info: unknown): number | undefined {
  const { size } = fields(info)
  return Number.isSafeInteger(size) ? (size as number) : undefined
}

function reasonOf(because: unknown): string {
  const { reason } = fields(fields(because).content)
  return isText(reason) ? reason : ''
}

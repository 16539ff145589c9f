/** Fields whose values are facts of the protocol, not of one server's day. */
const facts = new Set(
  (
    'errcode type sender state_key membership msgtype format filename mimetype join_rule history_visibility guest_access ' +
    'alias room_version creator user_id home_server valid suspended locked available stages reason'
  ).split(' '),
)

/** Objects and lists whose inside is the server's own affair. */
const opaque = new Set(['signatures', 'unstable_features', 'versions', 'm.room_versions', 'auth_events', 'prev_events'])

/**
 * The shape of an answer: its keys, the types of its values, and the values of facts; no ids, no wording.
 * `command` is the event id that stands for itself wherever it is named.
 */
export function shapeOf(value: unknown, command?: string, key = ''): unknown {
  if (Array.isArray(value)) return opaque.has(key) ? 'list' : value.map((item) => shapeOf(item, command, key))
  if (typeof value === 'object' && value !== null) {
    if (opaque.has(key)) return 'object'
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
    return Object.fromEntries(entries.map(([name, inner]) => [name, shapeOf(inner, command, name)]))
  }
  if (value === command) return 'the command'
  return facts.has(key) ? value : typeof value
}

/** A page of the room down to one event: what lies before it belongs to another scene. */
export function downTo(response: unknown, eventId: string | undefined): unknown {
  const { chunk } = (response ?? {}) as { chunk?: { event_id?: string }[] }
  const end = chunk?.findIndex((event) => event.event_id === eventId) ?? -1
  return end < 0 ? response : { ...(response as object), chunk: chunk?.slice(0, end + 1) }
}

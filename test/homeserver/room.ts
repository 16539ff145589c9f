import { Failure } from './failure.ts'
import { randomHash } from './ids.ts'

/** An event as the Client-Server API shows it, without what depends on who asks. */
export interface Event {
  event_id: string
  room_id: string
  type: string
  sender: string
  origin_server_ts: number
  content: Record<string, unknown>
  state_key?: string
  redacts?: string
  unsigned: Record<string, unknown>
}

export interface NewEvent {
  type: string
  sender: string
  content: Record<string, unknown>
  state_key?: string
  redacts?: string
}

/** A room: its timeline, oldest first, and its state. Knows nothing of HTTP or of the bot. */
export class Room {
  readonly id: string
  readonly events: Event[] = []
  readonly state = new Map<string, Event>()
  readonly #byId = new Map<string, Event>()
  /** Event id by device and transaction id. */
  readonly #transactions = new Map<string, string>()

  /** Version 12 and later: the room's id is the hash of its create event, without a server. */
  constructor(creator: string, version: string, serverName: string, content: Record<string, unknown> = {}) {
    const hash = randomHash()
    this.id = Number(version) >= 12 ? `!${hash}` : `!${hash.replace(/[^A-Za-z]/g, '').slice(0, 18)}:${serverName}`
    const create = { creator, room_version: version, ...content }
    this.append({ type: 'm.room.create', sender: creator, state_key: '', content: create }, `$${hash}`)
  }

  append(given: NewEvent, eventId = `$${randomHash()}`): Event {
    const event: Event = {
      ...given,
      event_id: eventId,
      room_id: this.id,
      origin_server_ts: Date.now(),
      unsigned: this.#former(given),
    }
    this.events.push(event)
    this.#byId.set(eventId, event)
    if (event.state_key !== undefined) this.state.set(stateId(event.type, event.state_key), event)
    return event
  }

  /** Does something once for a device and transaction id, and gives the event id of the first time ever after. */
  once(device: string, transactionId: string, act: () => string): string {
    const key = `${device} ${transactionId}`
    const eventId = this.#transactions.get(key) ?? act()
    this.#transactions.set(key, eventId)
    return eventId
  }

  event(eventId: string): Event | undefined {
    return this.#byId.get(eventId)
  }

  /** Empties an event for everybody; its relation goes too. Gives the redaction's event. Redacting twice changes nothing. */
  redact(eventId: string, sender: string, reason?: string): Event {
    const content = { redacts: eventId, ...(reason === undefined ? {} : { reason }) }
    const redaction = this.append({ type: 'm.room.redaction', sender, content, redacts: eventId })
    const target = this.#byId.get(eventId)
    if (target && target.unsigned.redacted_because === undefined) {
      target.content = {}
      target.unsigned = { redacted_because: federated(redaction, this.events.length) }
    }
    return redaction
  }

  member(mxid: string): string {
    return (this.state.get(stateId('m.room.member', mxid))?.content.membership as string | undefined) ?? 'leave'
  }

  joined(mxid: string): boolean {
    return this.member(mxid) === 'join'
  }

  setMember(mxid: string, membership: 'join' | 'invite' | 'leave', sender = mxid): void {
    this.append({ type: 'm.room.member', sender, state_key: mxid, content: { membership } })
  }

  joinedMembers(): string[] {
    const members = [...this.state.values()].filter((event) => event.type === 'm.room.member')
    return members.filter((event) => event.content.membership === 'join').map((event) => event.state_key ?? '')
  }

  /** State events in the order in which each first came. */
  stateEvent(type: string, stateKey: string): Event {
    const event = this.state.get(stateId(type, stateKey))
    if (!event) throw new Failure(404, 'M_NOT_FOUND')
    return event
  }

  /** Everything that a reader of the room can see of it now: the bodies that were not redacted, one after another. */
  text(): string {
    return this.events
      .filter((event) => event.type === 'm.room.message')
      .map((event) => `${event.content.body ?? ''}\n${event.content.formatted_body ?? ''}`)
      .join('\n')
  }

  #former({ type, state_key }: NewEvent): Record<string, unknown> {
    const former = state_key === undefined ? undefined : this.state.get(stateId(type, state_key))
    if (!former) return {}
    return { prev_content: former.content, prev_sender: former.sender, replaces_state: former.event_id }
  }
}

function stateId(type: string, stateKey: string): string {
  return `${type}\n${stateKey}`
}

/** A redaction as it stands inside what it redacted: the whole event as servers exchange it. */
function federated(event: Event, depth: number): Record<string, unknown> {
  const { unsigned: _, ...kept } = event
  return {
    ...kept,
    auth_events: [`$${randomHash()}`, `$${randomHash()}`],
    prev_events: [event.redacts],
    depth,
    hashes: { sha256: randomHash() },
    signatures: { server: { 'ed25519:key': randomHash() } },
  }
}

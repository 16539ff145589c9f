import { ForeignResponseError, MatrixError } from './errors.ts'
import type { Http } from './http.ts'

/** An event as `/messages` and `/event` give it (Client-Server API, "Room event format"); fields that we use. */
export interface RoomEvent {
  event_id: string
  type: string
  sender: string
  content: Record<string, unknown>
  state_key?: string
  unsigned?: { redacted_because?: RoomEvent }
}

export interface MessagesPage {
  /** Newest first. */
  chunk: RoomEvent[]
  /** Where the next older page starts; undefined at the beginning of the room. */
  end: string | undefined
}

/** A session that the server has just opened. */
export interface Login {
  mxid: string
  token: string
}

/** How long a call may take: no retry after `deadline` (Unix ms); `patient` retries refused connections too. */
export interface Limits {
  deadline: number
  patient?: boolean
}

const v3 = '_matrix/client/v3'
const v1 = '_matrix/client/v1'
const segment = encodeURIComponent

/** The endpoints of the Client-Server API that this program uses, one method each. Throws as `Http` does. */
export class MatrixClient {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** GET /account/whoami: the MXID of the token. */
  async whoami(limits: Limits): Promise<string> {
    const path = `${v3}/account/whoami`
    return text((await this.#http.json({ method: 'GET', path, ...limits })).user_id, 'GET', path)
  }

  /** GET /versions, which needs no login: what the server speaks. */
  async versions(limits: Limits): Promise<string[]> {
    const path = '_matrix/client/versions'
    const { versions } = await this.#http.json({ method: 'GET', path, ...limits })
    if (Array.isArray(versions)) return versions
    throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'no versions')
  }

  /** POST /login with a password: the account and its new access token. */
  async login(user: string, password: string, limits: Limits): Promise<Login> {
    const path = `${v3}/login`
    const identifier = { type: 'm.id.user', user }
    const json = { type: 'm.login.password', identifier, password, initial_device_display_name: 'matrix-users' }
    return loginOf(await this.#http.json({ method: 'POST', path, json, ...limits }), path)
  }

  /** GET /register/available: whether a localpart can be registered. */
  async usernameAvailable(username: string, limits: Limits): Promise<boolean> {
    try {
      await this.#http.json({ method: 'GET', path: `${v3}/register/available`, query: { username }, ...limits })
      return true
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_USER_IN_USE') return false
      throw error
    }
  }

  /** GET /directory/room: the room id of an alias, or undefined where the server says that there is no such alias. */
  async resolveAlias(alias: string, limits: Limits): Promise<string | undefined> {
    const path = `${v3}/directory/room/${segment(alias)}`
    try {
      return text((await this.#http.json({ method: 'GET', path, ...limits })).room_id, 'GET', path)
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_NOT_FOUND') return undefined
      throw error
    }
  }

  /** PUT /send/m.room.message: the event id. The same transaction id is one event, however often it is sent. */
  async sendText(roomId: string, transactionId: string, body: string, limits: Limits): Promise<string> {
    const path = `${v3}/rooms/${segment(roomId)}/send/m.room.message/${segment(transactionId)}`
    const json = { msgtype: 'm.text', body }
    return text((await this.#http.json({ method: 'PUT', path, json, ...limits })).event_id, 'PUT', path)
  }

  /** POST /join. */
  async join(roomId: string, limits: Limits): Promise<void> {
    await this.#http.json({ method: 'POST', path: `${v3}/join/${segment(roomId)}`, json: {}, ...limits })
  }

  /** GET /messages backwards: from the newest event, or from `from`. */
  async messagesBackwards(
    roomId: string,
    limit: number,
    from: string | undefined,
    limits: Limits,
  ): Promise<MessagesPage> {
    const path = `${v3}/rooms/${segment(roomId)}/messages`
    const query = { dir: 'b', limit: String(limit), ...(from === undefined ? {} : { from }) }
    const answer = await this.#http.json({ method: 'GET', path, query, ...limits })
    if (!Array.isArray(answer.chunk))
      throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'no chunk')
    return { chunk: answer.chunk.filter(isRoomEvent), end: typeof answer.end === 'string' ? answer.end : undefined }
  }

  /** GET /state/m.room.create as a whole event; undefined where the server does not give it so. */
  async createEvent(roomId: string, limits: Limits): Promise<RoomEvent | undefined> {
    const path = `${v3}/rooms/${segment(roomId)}/state/m.room.create/`
    const event: unknown = await this.#http.json({ method: 'GET', path, query: { format: 'event' }, ...limits })
    return isRoomEvent(event) ? event : undefined
  }

  /** GET /state/m.room.encryption: whether the room is encrypted. */
  async isEncrypted(roomId: string, limits: Limits): Promise<boolean> {
    try {
      await this.#http.json({
        method: 'GET',
        path: `${v3}/rooms/${segment(roomId)}/state/m.room.encryption/`,
        ...limits,
      })
      return true
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_NOT_FOUND') return false
      throw error
    }
  }

  /** GET /joined_members: the MXIDs. */
  async joinedMembers(roomId: string, limits: Limits): Promise<string[]> {
    const path = `${v3}/rooms/${segment(roomId)}/joined_members`
    const { joined } = await this.#http.json({ method: 'GET', path, ...limits })
    return typeof joined === 'object' && joined !== null ? Object.keys(joined) : []
  }

  /** PUT /redact: removes an event's content for everybody. */
  async redact(roomId: string, eventId: string, transactionId: string, reason: string, limits: Limits): Promise<void> {
    const path = `${v3}/rooms/${segment(roomId)}/redact/${segment(eventId)}/${segment(transactionId)}`
    await this.#http.json({ method: 'PUT', path, json: { reason }, ...limits })
  }

  /** GET /media/download (authenticated media) as a stream. */
  download(serverName: string, mediaId: string, limits: Limits): Promise<AsyncIterable<Buffer>> {
    const path = `${v1}/media/download/${segment(serverName)}/${segment(mediaId)}`
    return this.#http.stream({ method: 'GET', path, ...limits })
  }

  /** GET /.well-known/matrix/client: the public base URL, or undefined where the server names none. */
  async publicBaseUrl(limits: Limits): Promise<string | undefined> {
    try {
      const answer = await this.#http.json({
        method: 'GET',
        path: '.well-known/matrix/client',
        anonymous: true,
        ...limits,
      })
      const base = (answer['m.homeserver'] as { base_url?: unknown } | undefined)?.base_url
      return typeof base === 'string' && /^https?:\/\//.test(base) ? base : undefined
    } catch (error) {
      if (error instanceof MatrixError || error instanceof ForeignResponseError) return undefined
      throw error
    }
  }

  /** POST /register with nothing in it: whether the server lets anybody register (401), or nobody (403). */
  async registrationOpen(limits: Limits): Promise<boolean> {
    try {
      await this.register({}, limits)
      return true
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_FORBIDDEN') return false
      throw error
    }
  }

  /** POST /register: the account, or what is still asked for (User-Interactive Authentication, status 401). */
  register(json: Record<string, unknown>, limits: Limits): Promise<Record<string, unknown>> {
    return this.#http.json({
      method: 'POST',
      path: `${v3}/register`,
      json,
      alsoAnswer: 401,
      anonymous: true,
      ...limits,
    })
  }

  /** GET /validity: whether a registration token could be used now; that does not use it. */
  async registrationTokenValid(token: string, limits: Limits): Promise<boolean> {
    const path = `${v1}/register/m.login.registration_token/validity`
    const { valid } = await this.#http.json({ method: 'GET', path, query: { token }, anonymous: true, ...limits })
    if (typeof valid === 'boolean') return valid
    throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'a field is missing')
  }

  /** GET /admin/suspend or /admin/lock (MSC4323): the raw answer. */
  accountModeration(kind: 'suspend' | 'lock', mxid: string, limits: Limits): Promise<Record<string, unknown>> {
    return this.#http.json({ method: 'GET', path: `${v1}/admin/${kind}/${segment(mxid)}`, ...limits })
  }
}

/** The account and access token that `/login` and `/register` answer. Throws ForeignResponseError without them. */
export function loginOf(answer: Record<string, unknown>, path: string): Login {
  return { mxid: text(answer.user_id, 'POST', path), token: text(answer.access_token, 'POST', path) }
}

function text(value: unknown, method: string, path: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new ForeignResponseError({ method, path: `/${path}` }, 200, 'a field is missing')
}

function isRoomEvent(value: unknown): value is RoomEvent {
  const event = value as RoomEvent
  return (
    typeof event === 'object' &&
    event !== null &&
    typeof event.event_id === 'string' &&
    typeof event.type === 'string' &&
    typeof event.sender === 'string' &&
    typeof event.content === 'object' &&
    event.content !== null
  )
}

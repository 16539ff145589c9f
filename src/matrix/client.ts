import { quote } from '../system/foreign-text.ts'
import { parseBaseUrl } from './base-url.ts'
import { listLimit } from './body.ts'
import type { Http } from './http.ts'
import { isRoomId } from './identifiers.ts'
import { ForeignResponseError, MatrixError } from './matrix-errors.ts'
import { path as apiPath } from './path.ts'
import type { Limits } from './request.ts'
import { parseRoomEvent, type RoomEvent } from './room-event.ts'
import { textField } from './text-field.ts'

export interface MessagesPage {
  /** Newest first. */
  chunk: RoomEvent[]
  /** Where the next older page starts; undefined at the beginning of the room. */
  end: string | undefined
}

/** The field of each endpoint of account moderation (MSC4323). */
export const moderated = { suspend: 'suspended', lock: 'locked' } as const

/** The endpoints about the server, rooms and accounts, one method each; sessions and registration are `AuthClient`'s. Throws as `Http` does. */
export class MatrixClient {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** GET /versions, which needs no login: what the server speaks. */
  async versions(limits: Limits): Promise<string[]> {
    const path = apiPath`_matrix/client/versions`
    const { versions } = await this.#http.json({ method: 'GET', path, ...limits })
    if (Array.isArray(versions)) return versions.filter((version) => typeof version === 'string')
    throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'no versions')
  }

  /** GET /.well-known/matrix/client: the public base URL, or undefined where the server names no valid one. */
  async publicBaseUrl(limits: Limits): Promise<URL | undefined> {
    try {
      const answer = await this.#http.json({
        method: 'GET',
        path: apiPath`.well-known/matrix/client`,
        anonymous: true,
        ...limits,
      })
      const base = (answer['m.homeserver'] as { base_url?: unknown } | null | undefined)?.base_url
      return typeof base === 'string' ? parseBaseUrl(base) : undefined
    } catch (error) {
      if (error instanceof MatrixError || error instanceof ForeignResponseError) return undefined
      throw error
    }
  }

  /** GET /federation/v1/version (Server-Server API), which needs no login: the name and version of the server, if it gives both. */
  async serverVersion(limits: Limits): Promise<string | undefined> {
    const path = apiPath`_matrix/federation/v1/version`
    const { server } = await this.#http.json({ method: 'GET', path, anonymous: true, ...limits })
    const { name, version } = (server ?? {}) as { name?: unknown; version?: unknown }
    const words = `${name} ${version}`
    return typeof name === 'string' && typeof version === 'string' && words.length <= 100 ? words : undefined
  }

  /** GET /_NAME/server_version, outside of the specification and without a login: whether a server that calls itself so answers. */
  async answersAs(name: string, limits: Limits): Promise<boolean> {
    try {
      const path = apiPath`_${name}/server_version`
      const { version } = await this.#http.json({ method: 'GET', path, anonymous: true, ...limits })
      return typeof version === 'string'
    } catch (error) {
      if (error instanceof MatrixError && error.status === 404) return false
      throw error
    }
  }

  /** GET /capabilities: whether this account may suspend and lock others (`m.account_moderation`, Matrix 1.18). */
  async mayModerate(limits: Limits): Promise<boolean> {
    const path = apiPath`_matrix/client/v3/capabilities`
    const { capabilities } = await this.#http.json({ method: 'GET', path, ...limits })
    if (typeof capabilities !== 'object' || capabilities === null)
      throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'no capabilities')
    const moderation = (capabilities as Record<string, unknown>)['m.account_moderation']
    const { suspend, lock } = (moderation ?? {}) as Record<string, unknown>
    return suspend === true || lock === true
  }

  /** GET /account/whoami: the MXID of the token. */
  async whoami(limits: Limits): Promise<string> {
    const path = apiPath`_matrix/client/v3/account/whoami`
    return textField((await this.#http.json({ method: 'GET', path, ...limits })).user_id, 'GET', path)
  }

  /**
   * GET /directory/room: the room id of an alias, or undefined where the server says that there is no such alias. Throws
   * ForeignResponseError also for what is not a room id: people copy it into files that shells read.
   */
  async resolveAlias(alias: string, limits: Limits): Promise<string | undefined> {
    const path = apiPath`_matrix/client/v3/directory/room/${alias}`
    try {
      const roomId = textField((await this.#http.json({ method: 'GET', path, ...limits })).room_id, 'GET', path)
      if (isRoomId(roomId)) return roomId
      const what = `${alias} leads to an invalid room ID: ${quote(roomId)}`
      throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, what)
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === 'M_NOT_FOUND') return undefined
      throw error
    }
  }

  /** PUT /send/m.room.message: the event id. The same transaction id is one event, however often it is sent. */
  async sendText(roomId: string, transactionId: string, body: string, limits: Limits): Promise<string> {
    const path = apiPath`_matrix/client/v3/rooms/${roomId}/send/m.room.message/${transactionId}`
    const json = { msgtype: 'm.text', body }
    return textField((await this.#http.json({ method: 'PUT', path, json, ...limits })).event_id, 'PUT', path)
  }

  /** POST /join. */
  async join(roomId: string, limits: Limits): Promise<void> {
    await this.#http.json({ method: 'POST', path: apiPath`_matrix/client/v3/join/${roomId}`, json: {}, ...limits })
  }

  /** GET /messages backwards: from the newest event, or from `from`. */
  async messagesBackwards(
    roomId: string,
    limit: number,
    from: string | undefined,
    limits: Limits,
  ): Promise<MessagesPage> {
    const path = apiPath`_matrix/client/v3/rooms/${roomId}/messages`
    const query = { dir: 'b', limit: String(limit), ...(from === undefined ? {} : { from }) }
    const answer = await this.#http.json({ method: 'GET', path, query, limit: listLimit, ...limits })
    if (!Array.isArray(answer.chunk))
      throw new ForeignResponseError({ method: 'GET', path: `/${path}` }, 200, 'no chunk')
    return {
      chunk: answer.chunk.flatMap((event) => parseRoomEvent(event) ?? []),
      end: typeof answer.end === 'string' ? answer.end : undefined,
    }
  }

  /** GET /state/m.room.create as a whole event; undefined where the server does not give it so. */
  async createEvent(roomId: string, limits: Limits): Promise<RoomEvent | undefined> {
    const path = apiPath`_matrix/client/v3/rooms/${roomId}/state/m.room.create/`
    const event: unknown = await this.#http.json({ method: 'GET', path, query: { format: 'event' }, ...limits })
    return parseRoomEvent(event)
  }

  /** GET /state/m.room.encryption: whether the room is encrypted. */
  async isEncrypted(roomId: string, limits: Limits): Promise<boolean> {
    try {
      await this.#http.json({
        method: 'GET',
        path: apiPath`_matrix/client/v3/rooms/${roomId}/state/m.room.encryption/`,
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
    const path = apiPath`_matrix/client/v3/rooms/${roomId}/joined_members`
    const { joined } = await this.#http.json({ method: 'GET', path, limit: listLimit, ...limits })
    return typeof joined === 'object' && joined !== null ? Object.keys(joined) : []
  }

  /** PUT /redact: removes an event's content for all. Carried out also when the user interrupts, since the content was shown by then. */
  async redact(roomId: string, eventId: string, transactionId: string, reason: string, limits: Limits): Promise<void> {
    const path = apiPath`_matrix/client/v3/rooms/${roomId}/redact/${eventId}/${transactionId}`
    await this.#http.json({ method: 'PUT', path, json: { reason }, despiteInterrupt: true, ...limits })
  }

  /** GET /profile: the display name; undefined where there is none. */
  async displayName(mxid: string, limits: Limits): Promise<string | undefined> {
    try {
      const { displayname } = await this.#http.json({
        method: 'GET',
        path: apiPath`_matrix/client/v3/profile/${mxid}`,
        ...limits,
      })
      return typeof displayname === 'string' && displayname !== '' ? beginningOf(displayname) : undefined
    } catch (error) {
      if (error instanceof MatrixError && error.status !== 401) return undefined
      throw error
    }
  }

  /** GET /media/download (authenticated media) as a stream. */
  download(serverName: string, mediaId: string, limits: Limits): Promise<AsyncIterable<Buffer>> {
    const path = apiPath`_matrix/client/v1/media/download/${serverName}/${mediaId}`
    return this.#http.stream({ method: 'GET', path, ...limits })
  }

  /** GET /admin/suspend or /admin/lock (MSC4323): the raw answer. */
  accountModeration(kind: 'suspend' | 'lock', mxid: string, limits: Limits): Promise<Record<string, unknown>> {
    return this.#http.json({ method: 'GET', path: apiPath`_matrix/client/v1/admin/${kind}/${mxid}`, ...limits })
  }

  /** PUT /admin/suspend or /admin/lock (MSC4323): suspends or locks an account, or ends that. */
  async moderateAccount(kind: 'suspend' | 'lock', mxid: string, value: boolean, limits: Limits): Promise<void> {
    const path = apiPath`_matrix/client/v1/admin/${kind}/${mxid}`
    await this.#http.json({ method: 'PUT', path, json: { [moderated[kind]]: value }, ...limits })
  }
}

/** Characters of a display name that are kept. Servers allow fewer, and there may be a name for each of many accounts. */
const longestName = 1024

/** A copy, since a part of a text keeps the whole text in memory. */
function beginningOf(name: string): string {
  return Buffer.from(name.slice(0, longestName)).toString('utf8')
}

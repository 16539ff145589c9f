import { randomUUID } from 'node:crypto'
import type { SynapseAdmin } from './admin-api.ts'
import { Hand, path, Refusal } from './http.ts'

/** The power of an operator: all that the room knows, but what only its creator may do. */
const operatorPower = 100
const onlyCreator = 101

type Content = Record<string, unknown>

/** The admin room, as its creator handles it. */
export class AdminRoom {
  readonly id: string
  readonly #creator: Hand
  readonly #admin: SynapseAdmin
  #invited: Promise<void> = Promise.resolve()

  private constructor(id: string, creator: Hand, admin: SynapseAdmin) {
    this.id = id
    this.#creator = creator
    this.#admin = admin
  }

  /** Creates `#admins:SERVER`. In room version 12, Synapse's default, a creator stands above all power levels. */
  static async create(creator: Hand, admin: SynapseAdmin): Promise<AdminRoom> {
    const reserved = ['m.room.canonical_alias', 'm.room.encryption', 'm.room.tombstone']
    const events = Object.fromEntries(reserved.map((type) => [type, onlyCreator]))
    const body = {
      preset: 'private_chat',
      room_alias_name: 'admins',
      room_version: '12',
      power_level_content_override: { invite: 50, events },
      initial_state: [{ type: 'm.room.guest_access', state_key: '', content: { guest_access: 'forbidden' } }],
    }
    const { room_id } = await creator.ask('POST', '/_matrix/client/v3/createRoom', { body })
    return new AdminRoom(String(room_id), creator, admin)
  }

  /**
   * Invites an account with an operator's power, among others that of redacting. It is no member before it joins.
   * One after another: two at once would each write the power levels without the other's.
   */
  invite(mxid: string): Promise<void> {
    const invited = this.#invited.then(() => this.#invite(mxid))
    this.#invited = invited.catch(() => {})
    return invited
  }

  async #invite(mxid: string): Promise<void> {
    const levels = path`/_matrix/client/v3/rooms/${this.id}/state/m.room.power_levels`
    const content = await this.#creator.ask('GET', levels)
    const users = { ...(content.users as Content), [mxid]: operatorPower }
    await this.#creator.ask('PUT', levels, { body: { ...content, users } })
    const invite = path`/_matrix/client/v3/rooms/${this.id}/invite`
    await this.#creator.ask('POST', invite, { body: { user_id: mxid } }).catch((error) => {
      // Synapse refuses to invite a member.
      if (!(error instanceof Refusal) || error.status !== 403) throw error
    })
  }

  /** Makes an account join, as continuwuity does with new admins, who are not asked. */
  async forceJoin(mxid: string): Promise<void> {
    const hand = new Hand(this.#creator.url, await this.#admin.actAs(mxid))
    await hand.ask('POST', path`/_matrix/client/v3/join/${this.id}`, { body: {} })
  }

  /** A message of the creator: its event id. Throws Refusal. */
  async say(content: Content): Promise<string> {
    const message = path`/_matrix/client/v3/rooms/${this.id}/send/m.room.message/${randomUUID()}`
    return String((await this.#creator.ask('PUT', message, { body: content })).event_id)
  }

  /** Stores a text: its mxc URL. */
  async upload(filename: string, contentType: string, bytes: Buffer): Promise<string> {
    const request = { query: { filename }, body: { bytes, contentType } }
    return String((await this.#creator.ask('POST', '/_matrix/media/v3/upload', request)).content_uri)
  }
}

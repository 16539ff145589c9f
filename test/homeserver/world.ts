import type { Accounts } from './accounts.ts'
import type { Faults } from './faults.ts'
import { Media } from './media.ts'
import type { ReleaseFacts } from './releases.ts'
import { type Event, Room } from './room.ts'
import type { Secrets } from './secrets.ts'
import type { RegistrationTokens } from './tokens.ts'
import type { Words } from './words.ts'

export type Kind = 'continuwuity' | 'synapse'
/** open: with a registration token; dummy: without anything; closed: not at all, except for the first account. */
export type Registration = 'open' | 'closed' | 'dummy'

/** All that the server knows; survives a restart. */
export class World {
  readonly kind: Kind
  readonly release: ReleaseFacts
  readonly serverName: string
  /** The bot's MXID. */
  readonly bot: string
  readonly prefix: string
  readonly accounts: Accounts
  readonly tokens: RegistrationTokens
  readonly secrets: Secrets
  readonly words: Words
  readonly faults: Faults
  readonly media = new Media()
  readonly rooms = new Map<string, Room>()
  readonly aliases = new Map<string, string>()
  registration: Registration
  /** What `/.well-known/matrix/client` names; undefined: there is no such file. */
  publicUrl: string | undefined
  /** Registers the first account while there is none: printed on the server's console, or from its configuration. */
  consoleToken: string | undefined
  /** The admin room; another one after an upgrade. */
  room: Room

  constructor(given: WorldParts) {
    this.kind = given.kind
    this.release = given.release
    this.serverName = given.serverName
    this.bot = given.bot
    this.prefix = given.prefix
    this.accounts = given.accounts
    this.tokens = given.tokens
    this.secrets = given.secrets
    this.words = given.words
    this.faults = given.faults
    this.registration = given.registration
    this.room = this.openRoom(this.bot)
  }

  /** Makes a room that takes commands, and points the alias at it. */
  openRoom(creator: string, content: Record<string, unknown> = {}): Room {
    const room = new Room(creator, this.kind === 'continuwuity' ? '12' : '10', this.serverName, content)
    const alias = `#admins:${this.serverName}`
    const state = (type: string, content: Record<string, unknown>) =>
      room.append({ type, sender: creator, state_key: '', content })
    room.setMember(creator, 'join')
    state('m.room.power_levels', powerLevels())
    state('m.room.join_rules', { join_rule: 'invite' })
    state('m.room.history_visibility', { history_visibility: 'shared' })
    state('m.room.guest_access', { guest_access: 'forbidden' })
    state('m.room.name', { name: this.words.phrase('room name') })
    const topic = this.words.phrase('room topic')
    state('m.room.topic', { topic, 'm.topic': { 'm.text': [{ body: topic, mimetype: 'text/html' }, { body: topic }] } })
    state('m.room.canonical_alias', { alias })
    this.rooms.set(room.id, room)
    this.aliases.set(alias, room.id)
    return room
  }

  /** Replaces the admin room by one that an operator created; the alias and the members move. */
  upgradeRoom(by: string): Room {
    const former = this.room
    this.room = this.openRoom(by, { predecessor: { room_id: former.id, event_id: former.events.at(-1)?.event_id } })
    for (const mxid of former.joinedMembers()) if (mxid !== by) this.room.setMember(mxid, 'join')
    const content = { replacement_room: this.room.id }
    former.append({ type: 'm.room.tombstone', sender: by, state_key: '', content })
    return this.room
  }

  /** Puts an account, there or not, into the admin room and gives it power over it. */
  makeAdmin(mxid: string): void {
    this.room.setMember(mxid, 'invite', this.bot)
    this.room.setMember(mxid, 'join')
    const { users } = this.room.stateEvent('m.room.power_levels', '').content as { users?: object }
    const content = powerLevels({ ...users, [mxid]: Number.MAX_SAFE_INTEGER - 1 })
    this.room.append({ type: 'm.room.power_levels', sender: this.bot, state_key: '', content })
  }

  /** A line of the bot: a reply where it relates to something. */
  botSays(content: Record<string, unknown>, relation?: Record<string, unknown>): Event {
    const relates = relation === undefined ? {} : { 'm.relates_to': relation }
    return this.room.append({ type: 'm.room.message', sender: this.bot, content: { ...content, ...relates } })
  }

  /** Whether an account other than the bot's own exists. */
  get inUse(): boolean {
    return this.accounts.all.size > 1
  }
}

interface WorldParts {
  kind: Kind
  release: ReleaseFacts
  serverName: string
  bot: string
  prefix: string
  accounts: Accounts
  tokens: RegistrationTokens
  secrets: Secrets
  words: Words
  faults: Faults
  registration: Registration
}

function powerLevels(users?: Record<string, number>): Record<string, unknown> {
  const highest = Number.MAX_SAFE_INTEGER
  const events = { 'm.room.canonical_alias': highest, 'm.room.encryption': highest, 'm.room.tombstone': highest }
  return { events, invite: 50, ...(users === undefined ? {} : { users }) }
}

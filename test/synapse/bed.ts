import { Secrets } from '../homeserver/secrets.ts'
import { Words } from '../homeserver/words.ts'
import { type Registered, registerBySecret, SynapseAdmin } from './admin-api.ts'
import { Bot, type BotOptions } from './bot.ts'
import { Hand, path } from './http.ts'
import { AdminRoom } from './room.ts'
import { type Synapse, type SynapseOptions, startSynapse } from './server.ts'

export type Operator = Registered

export interface BedOptions extends SynapseOptions, BotOptions {
  /** Whether the first operator is in the admin room, or only invited. Default true. */
  joined?: boolean
  /**
   * Whether Synapse's limit of messages (ten, then one in five seconds) holds the bot too. Default false: the bot answers
   * all operators, so that several of them at work would wait for one reply in five seconds until their commands time out;
   * and continuwuity's bot is part of its server, which does not limit it. Operators are always held by the limit. A bot
   * that is limited waits as it is told.
   */
  botLimited?: boolean
}

/** A running Synapse with an admin room, a bot in it, and operators. */
export interface SynapseBed {
  url: string
  serverName: string
  roomId: string
  bot: Bot
  /** The first one, `admin`. */
  operator: Operator
  /** Of an account that no operator uses: Synapse's admin API answers it. */
  adminToken: string
  admin: SynapseAdmin
  /** Another admin with a session; `joined: false` leaves it at the invitation. */
  addOperator(localpart: string, options?: { joined?: boolean }): Promise<Operator>
  /** An ordinary account; without a password nobody can log in. */
  addAccount(localpart: string, password?: string): Promise<void>
  /** All passwords, access tokens and registration tokens that are known here or on the server. */
  secrets(): Promise<string[]>
  /** What Synapse logged. */
  log(): string
  /** Ends the bot and the server. Throws if the bot failed. */
  close(): Promise<void>
}

/** Starts Synapse, its admin room, its bot and the first operator. */
export async function startSynapseBed(options: BedOptions = {}): Promise<SynapseBed> {
  const synapse = await startSynapse(options)
  try {
    return await furnish(synapse, options)
  } catch (error) {
    await synapse.stop()
    throw error
  }
}

async function furnish(synapse: Synapse, options: BedOptions): Promise<SynapseBed> {
  const { url, serverName } = synapse
  const secrets = new Secrets()
  const register = async (localpart: string, admin: boolean) => {
    const account = await registerBySecret(synapse, localpart, admin)
    for (const secret of [account.password, account.token]) secrets.add(secret)
    return account
  }
  const root = await register('api-admin', true)
  const conduit = await register('conduit', false)
  const admin = new SynapseAdmin(url, root.token)
  if (!options.botLimited) await admin.limitMessages(conduit.mxid, false)
  const hand = new Hand(url, conduit.token)
  const room = await AdminRoom.create(hand, admin)
  const reserved = new Set([root.mxid, conduit.mxid])
  const bot = new Bot(conduit.mxid, hand, { serverName, admin, room, words: new Words(), secrets, reserved }, options)

  const addOperator: SynapseBed['addOperator'] = async (localpart, { joined = true } = {}) => {
    const operator = await register(localpart, true)
    await room.invite(operator.mxid)
    if (joined) await new Hand(url, operator.token).ask('POST', path`/_matrix/client/v3/join/${room.id}`, { body: {} })
    return operator
  }
  const operator = await addOperator('admin', { joined: options.joined ?? true })
  bot.start()

  return {
    url,
    serverName,
    roomId: room.id,
    bot,
    operator,
    adminToken: root.token,
    admin,
    addOperator,
    addAccount: (localpart, password) => {
      secrets.add(password ?? '')
      return admin.create(`@${localpart}:${serverName}`, password)
    },
    secrets: async () => [...new Set([...secrets.list(), ...(await admin.tokens()).map(({ token }) => token)])],
    log: synapse.log,
    close: () => bot.stop().finally(synapse.stop),
  }
}

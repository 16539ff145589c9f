import type { Account } from './accounts.ts'
import type { BetweenParts, Bot, Executed } from './bot.ts'
import type { Faults } from './faults.ts'
import type { ReleaseFacts } from './releases.ts'
import { inReplyTo } from './reply.ts'
import type { Room } from './room.ts'
import type { HttpServer, RecordedRequest } from './server.ts'
import type { RegistrationToken } from './tokens.ts'
import { listedAccounts } from './user-commands.ts'
import type { Registration, World } from './world.ts'

/** An admin of the server, with a session. */
export interface Operator {
  mxid: string
  localpart: string
  token: string
  password: string
}

/** A running simulated homeserver, as its tests hold it. */
export class Homeserver {
  readonly serverName: string
  /** The bot's MXID. */
  readonly bot: string
  /** Every request received, in order. */
  readonly requests: RecordedRequest[]
  /** Commands that the bot executed, in order. */
  readonly executed: readonly Executed[]
  /** By localpart; the bot's own is among them. */
  readonly accounts: Map<string, Account>
  /** Registration tokens by their text, with uses and expiry. */
  readonly tokens: Map<string, RegistrationToken>
  readonly faults: Faults
  /** What this server does differently from others. */
  readonly release: ReleaseFacts
  readonly #world: World
  readonly #bot: Bot
  readonly #http: HttpServer
  #operator: Operator | undefined

  constructor(world: World, bot: Bot, http: HttpServer) {
    this.serverName = world.serverName
    this.bot = world.bot
    this.requests = http.requests
    this.executed = bot.executed
    this.accounts = world.accounts.all
    this.tokens = world.tokens.all
    this.faults = world.faults
    this.release = world.release
    this.#world = world
    this.#bot = bot
    this.#http = http
  }

  get url(): string {
    return this.#http.url
  }

  /** The admin room; another one after `upgradeRoom`. */
  get room(): Room {
    return this.#world.room
  }

  get roomId(): string {
    return this.#world.room.id
  }

  /** The admin that the server began with, or who registered first. Throws while a fresh server has none. */
  get operator(): Operator {
    const first = [...this.accounts.values()].find((account) => account.admin && account.mxid !== this.bot)
    if (!this.#operator && !first) throw new Error('this server has no account yet')
    this.#operator ??= this.#sessionOf(first as Account)
    return this.#operator
  }

  /** Registers the first account of a fresh server, from its console or its configuration; undefined once it did. */
  get consoleToken(): string | undefined {
    return this.#world.consoleToken
  }

  /** The user IDs that the list of accounts has, sorted. */
  get listed(): string[] {
    return listedAccounts(this.#world)
      .map(({ mxid }) => mxid)
      .sort()
  }

  /** Whether anybody has an account. */
  get inUse(): boolean {
    return this.#world.inUse
  }

  get registration(): Registration {
    return this.#world.registration
  }

  set registration(registration: Registration) {
    this.#world.registration = registration
  }

  /** What `/.well-known/matrix/client` names; undefined: there is no such file. */
  get publicUrl(): string | undefined {
    return this.#world.publicUrl
  }

  set publicUrl(url: string | undefined) {
    this.#world.publicUrl = url
  }

  /** ms that each command of the bot takes. */
  set delayMs(ms: number) {
    this.#bot.delayMs = ms
  }

  /** Another admin, in the admin room, with a session. */
  addOperator(localpart: string): Operator {
    const account = this.#world.accounts.all.get(localpart) ?? this.#world.accounts.add(localpart)
    this.#world.makeAdmin(account.mxid)
    const operator = this.#sessionOf(account)
    this.#operator ??= operator
    return operator
  }

  /** An ordinary account. */
  addAccount(
    localpart: string,
    given?: Partial<Pick<Account, 'displayName' | 'password' | 'suspended' | 'locked' | 'deactivated'>>,
  ): Account {
    return this.#world.accounts.add(localpart, given)
  }

  /** A new session of an account: its access token. */
  login(localpart: string): string {
    const account = this.#world.accounts.all.get(localpart)
    if (!account) throw new Error(`no account ${localpart}`)
    return this.#sessionOf(account).token
  }

  /** Ends all sessions of an account. */
  logout(localpart: string): void {
    const account = this.#world.accounts.all.get(localpart)
    if (account) this.#world.accounts.logout(account)
  }

  /** Issues a registration token, as the bot does. */
  issueToken(terms: { token?: string; usesAllowed?: number; expires?: number } = { usesAllowed: 1 }): string {
    return this.#world.tokens.issue(terms).token
  }

  tokenValid(token: string): boolean {
    return this.#world.tokens.valid(token)
  }

  /** A member writes into the admin room; the bot answers if it is an admin's command. Gives the event id. */
  post(sender: string, body: string, replyTo?: string): string {
    return this.#post(sender, body, replyTo === undefined ? undefined : inReplyTo(replyTo))
  }

  /** The same, in the thread that begins with an event. */
  postInThread(sender: string, body: string, root: string): string {
    return this.#post(sender, body, { rel_type: 'm.thread', event_id: root })
  }

  /** A line of the bot that nobody asked for, or a reply. */
  botSays(body: string, replyTo?: string): string {
    const relation = replyTo === undefined ? undefined : inReplyTo(replyTo)
    return this.#world.botSays({ msgtype: 'm.notice', body }, relation).event_id
  }

  /** A line of the bot in the thread that begins with an event. */
  botSaysInThread(body: string, root: string): string {
    return this.#world.botSays({ msgtype: 'm.notice', body }, { rel_type: 'm.thread', event_id: root }).event_id
  }

  redact(eventId: string, by = this.operator.mxid, reason?: string): string {
    return this.room.redact(eventId, by, reason).event_id
  }

  /** Puts m.room.encryption into the admin room's state. Only the bot can. */
  encryptRoom(): void {
    const content = { algorithm: 'm.megolm.v1.aes-sha2' }
    this.room.append({ type: 'm.room.encryption', sender: this.bot, state_key: '', content })
  }

  /** Replaces the admin room by one that an operator created; the alias and all members move. */
  upgradeRoom(by = this.operator.mxid): Room {
    return this.#world.upgradeRoom(by)
  }

  /** Calls back whenever a command that matches was posted, or has been executed. */
  onCommand(moment: 'posted' | 'executed', line: RegExp, act: () => void): void {
    this.#bot.watch({ moment, line, act })
  }

  /** Calls back before the second and each later event of the reply to a command that matches; the bot waits for it. */
  betweenParts(line: RegExp, act: BetweenParts): void {
    this.#bot.watchParts(line, act)
  }

  /** Resolves when no command waits for the bot. */
  idle(): Promise<void> {
    return this.#bot.idle()
  }

  /** All passwords, access tokens and registration tokens ever issued. */
  secrets(): string[] {
    return this.#world.secrets.list()
  }

  /** Ends the process, as it were: connections are refused, commands that waited are lost, the rest is kept. */
  async stop(): Promise<void> {
    this.#bot.drop()
    await this.#http.close()
  }

  /** Starts again on the same port. */
  async start(): Promise<void> {
    await this.#http.listen()
  }

  async close(): Promise<void> {
    await this.stop()
  }

  #post(sender: string, body: string, relation: Record<string, unknown> | undefined): string {
    const relates = relation === undefined ? {} : { 'm.relates_to': relation }
    return this.#bot.write(sender, { msgtype: 'm.text', body, ...relates }).event_id
  }

  #sessionOf(account: Account): Operator {
    const { token } = this.#world.accounts.login(account)
    return { mxid: account.mxid, localpart: account.localpart, token, password: account.password }
  }
}

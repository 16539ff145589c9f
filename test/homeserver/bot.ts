import { executeCommand } from './commands.ts'
import type { CommandFault, RoomLine } from './faults.ts'
import { inReplyTo, type Reply, replyTo } from './reply.ts'
import type { Event } from './room.ts'
import type { World } from './world.ts'

export interface Executed {
  /** The command without its prefix, its first line only. */
  line: string
  sender: string
  eventId: string
  /** What it was answered, whole; undefined until then, and where it was not. */
  reply: string | undefined
}

interface Waiting extends Executed {
  body: string
  /** The root of the thread that the command stands in. */
  thread: string | undefined
  faults: CommandFault[]
}

interface Watcher {
  moment: 'posted' | 'executed'
  line: RegExp
  act: () => void
}

/** What happens before another event of a reply is written: `part` counts from 2. The bot waits for it. */
export type BetweenParts = (part: number, parts: number) => void | Promise<void>

/** ms between two events of one reply. */
const betweenParts = 3

/** Listens to the admin room and executes its commands one after another, in room order. */
export class Bot {
  readonly executed: Executed[] = []
  /** ms that each command takes. */
  delayMs: number
  readonly #world: World
  readonly #queue: Waiting[] = []
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined
  #idle: (() => void)[] = []
  readonly #watchers: Watcher[] = []
  readonly #between: { line: RegExp; act: BetweenParts }[] = []
  /** Another one once the server ended: what was under way then is not finished. */
  #life = {}

  constructor(world: World, delayMs: number) {
    this.#world = world
    this.delayMs = delayMs
  }

  /** Somebody writes into the admin room; what was asked to happen around a command happens here. */
  write(sender: string, content: Record<string, unknown>): Event {
    const line = this.#commandOf(content.body)
    const faults = line === undefined ? [] : this.#world.faults.forCommand(line, sender)
    for (const fault of faults) if (fault.kind === 'before') this.#writeLines(fault.lines)
    const event = this.#append(sender, content, faults)
    for (const fault of faults) if (fault.kind === 'after') this.#writeLines(fault.lines, event.event_id)
    return event
  }

  /** Calls back when a command that matches was posted or has been executed; its reply is not written then. */
  watch(watcher: Watcher): void {
    this.#watchers.push(watcher)
  }

  /** Calls back between the events of the reply to a command that matches. */
  watchParts(line: RegExp, act: BetweenParts): void {
    this.#between.push({ line, act })
  }

  /** Resolves when no command waits. */
  idle(): Promise<void> {
    return this.#timer === undefined ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** The server ends: what waits is never executed. */
  drop(): void {
    this.#life = {}
    this.#queue.length = 0
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer as NodeJS.Timeout)
      clearImmediate(this.#timer as NodeJS.Immediate)
    }
    this.#rest()
  }

  #append(sender: string, content: Record<string, unknown>, faults: CommandFault[]): Event {
    const event = this.#world.room.append({ type: 'm.room.message', sender, content })
    const line = this.#commandOf(content.body)
    if (line === undefined || sender === this.#world.bot || content.msgtype !== 'm.text') return event
    if (!this.#world.room.joined(sender)) return event
    const thread = threadOf(content)
    this.#queue.push({
      line,
      sender,
      eventId: event.event_id,
      body: String(content.body),
      thread,
      faults,
      reply: undefined,
    })
    this.#tell('posted', line)
    if (this.#timer === undefined) this.#next()
    return event
  }

  #writeLines(lines: readonly RoomLine[], command?: string): void {
    for (const { sender, body, replies, times = 1 } of lines)
      for (let count = 0; count < times; count++) {
        const content = { msgtype: 'm.text', body: body ?? `${this.#world.words.phrase('chat')} ${count}` }
        const relation = replies && command !== undefined ? { 'm.relates_to': inReplyTo(command) } : {}
        this.#append(sender, { ...content, ...relation }, this.#replyFaults(content.body, sender))
      }
  }

  /** For lines that a rule brought in, rules about lines around them do not count again. */
  #replyFaults(body: string, sender: string): CommandFault[] {
    const line = this.#commandOf(body)
    return line === undefined ? [] : this.#world.faults.forCommand(line, sender, true)
  }

  /** What stands behind the prefix, or behind the bot's MXID and a colon. */
  #commandOf(body: unknown): string | undefined {
    if (typeof body !== 'string') return undefined
    const prefix = [`${this.#world.bot}:`, this.#world.prefix].find((each) => body.startsWith(each))
    return prefix === undefined ? undefined : (body.slice(prefix.length).split('\n')[0] ?? '').trim()
  }

  #next(): void {
    const waiting = this.#queue[0]
    if (!waiting) {
      this.#rest()
      return
    }
    const longer = waiting.faults.reduce((sum, fault) => sum + (fault.kind === 'delay' ? fault.ms : 0), 0)
    const ms = this.delayMs + longer
    const life = this.#life
    const go = async () => {
      this.#queue.shift()
      await this.#answer(waiting)
      if (life === this.#life) this.#next()
    }
    this.#timer = ms > 0 ? setTimeout(go, ms) : setImmediate(go)
  }

  #tell(moment: Watcher['moment'], line: string): void {
    for (const watcher of this.#watchers) if (watcher.moment === moment && watcher.line.test(line)) watcher.act()
  }

  #rest(): void {
    this.#timer = undefined
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #answer({ body, faults, thread, ...command }: Waiting): Promise<void> {
    const fault = <Kind extends CommandFault['kind']>(kind: Kind) =>
      faults.find((each): each is Extract<CommandFault, { kind: Kind }> => each.kind === kind)
    const silent = fault('silent')
    if (!this.#world.faults.botListens || (silent && !silent.execute)) return
    this.executed.push(command)
    const answer = executeCommand(this.#world, command, body)
    this.#tell('executed', command.line)
    if (silent) return
    command.reply = answer.body
    const reply = replyTo(
      { eventId: command.eventId, thread },
      answer,
      fault('reply-as-file') !== undefined,
      this.#world,
    )
    const alone = fault('reply-without-relation') !== undefined || !this.#world.faults.relations
    const written = await this.#say(reply, command.line, alone, fault('reply-unbuildable'))
    for (const { by, reason } of faults.filter((each) => each.kind === 'reply-redacted'))
      for (const { event_id } of written) this.#world.room.redact(event_id, by ?? command.sender, reason)
  }

  /** Writes a reply, one event after another; others may write between them. */
  async #say(
    { contents, relation }: Reply,
    line: string,
    alone: boolean,
    unbuildable: { after?: number } | undefined,
  ): Promise<Event[]> {
    const life = this.#life
    const written: Event[] = []
    for (const content of contents) {
      if (written.length > 0) await this.#pause(line, written.length + 1, contents.length)
      if (life !== this.#life) break
      if (unbuildable && written.length >= (unbuildable.after ?? 0)) {
        written.push(this.#world.botSays({ msgtype: 'm.text', body: this.#world.words.sentence('unbuildable') }))
        break
      }
      written.push(this.#world.botSays(content, alone ? undefined : relation(written.at(-1)?.event_id)))
    }
    return written
  }

  async #pause(line: string, part: number, parts: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, betweenParts))
    for (const watcher of this.#between) if (watcher.line.test(line)) await watcher.act(part, parts)
  }
}

function threadOf(content: Record<string, unknown>): string | undefined {
  const relation = content['m.relates_to'] as { rel_type?: unknown; event_id?: unknown } | undefined
  return relation?.rel_type === 'm.thread' && typeof relation.event_id === 'string' ? relation.event_id : undefined
}

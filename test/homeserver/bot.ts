import type { Answer } from './command.ts'
import { executeCommand } from './commands.ts'
import type { CommandFault, RoomLine } from './faults.ts'
import type { Event } from './room.ts'
import type { World } from './world.ts'

export interface Executed {
  /** The command without its prefix, its first line only. */
  line: string
  sender: string
  eventId: string
}

interface Waiting extends Executed {
  body: string
  faults: CommandFault[]
}

interface Watcher {
  moment: 'posted' | 'executed'
  line: RegExp
  act: () => void
}

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

  /** Resolves when no command waits. */
  idle(): Promise<void> {
    return this.#timer === undefined ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** The server ends: what waits is never executed. */
  drop(): void {
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
    this.#queue.push({ line, sender, eventId: event.event_id, body: String(content.body), faults })
    this.#tell('posted', line)
    if (this.#timer === undefined) this.#next()
    return event
  }

  #writeLines(lines: readonly RoomLine[], command?: string): void {
    for (const { sender, body, replies, times = 1 } of lines)
      for (let count = 0; count < times; count++) {
        const content = { msgtype: 'm.text', body: body ?? `${this.#world.words.phrase('chat')} ${count}` }
        const relation = { 'm.relates_to': { 'm.in_reply_to': { event_id: command } } }
        this.#append(sender, replies ? { ...content, ...relation } : content, this.#replyFaults(content.body, sender))
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
    const go = () => {
      this.#queue.shift()
      this.#answer(waiting)
      this.#next()
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

  #answer({ body, faults, ...command }: Waiting): void {
    const has = (kind: CommandFault['kind']) => faults.some((fault) => fault.kind === kind)
    const silent = faults.find((fault) => fault.kind === 'silent')
    if (!this.#world.faults.botListens || (silent && !silent.execute)) return
    this.executed.push(command)
    const answer = executeCommand(this.#world, command, body)
    this.#tell('executed', command.line)
    if (silent) return
    const reply = has('reply-unbuildable')
      ? this.#world.botSays({ msgtype: 'm.text', body: this.#world.words.sentence('unbuildable') })
      : this.#say(answer, command.eventId, has('reply-without-relation'), has('reply-as-file'))
    for (const fault of faults)
      if (fault.kind === 'reply-redacted')
        this.#world.room.redact(reply.event_id, fault.by ?? command.sender, fault.reason)
  }

  #say(answer: Answer, command: string, alone: boolean, asFile: boolean): Event {
    const { words, faults, media, serverName } = this.#world
    const html = answer.plain ? undefined : `<p>${htmlOf(answer.body)}</p>\n`
    const size = Buffer.byteLength(answer.body)
    if (asFile || size + Buffer.byteLength(html ?? '') > faults.fileLimit) {
      const id = media.store({ filename: 'output.md', contentType: 'text/markdown', bytes: Buffer.from(answer.body) })
      const info = { mimetype: 'text/markdown', size }
      const body = words.sentence('file')
      const url = `mxc://${serverName}/${id}`
      return this.#world.botSays({ msgtype: 'm.file', body, filename: 'output.md', info, url })
    }
    const formatted = html === undefined ? {} : { format: 'org.matrix.custom.html', formatted_body: html }
    const content = { msgtype: 'm.notice', body: answer.body, ...formatted }
    return this.#world.botSays(content, alone || !faults.relations ? undefined : command)
  }
}

function htmlOf(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br />\n')
}

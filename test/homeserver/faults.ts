import type { CommandFault, HttpFault } from './fault-kinds.ts'

export type { CommandFault, HttpFault, RoomLine } from './fault-kinds.ts'

export interface RequestMatch {
  method?: string
  /** Against path and query as sent, percent-encoded. */
  path?: RegExp
  when?: (request: { method: string; path: string; body: unknown }) => boolean
  /** How many requests it takes; all of them without. */
  times?: number
  /** How many matching requests it lets pass first. */
  skip?: number
}

export interface CommandMatch {
  /** Against the command without its prefix. */
  line?: RegExp
  sender?: string
  times?: number
  skip?: number
}

/** One rule: how often it came true, and how to end it. */
export interface Rule {
  readonly hits: number
  remove(): void
}

/** What this server does wrong, set and taken back while it runs. */
export class Faults {
  /** False: replies carry no relation. */
  relations = true
  /** False: no endpoint for an account's state (MSC4323), as on an older server. */
  stateEndpoint = true
  /** False: nobody may redact what somebody else wrote. */
  redaction = true
  /** False: nobody may join a room, not even who was invited. */
  joining = true
  /** False: no alias resolves. */
  aliases = true
  /** False: the bot executes nothing. */
  botListens = true
  /** True: a reply that issues a token also has the operator's static token among its words. */
  saysStaticToken = false
  /** ms by which the server's clock is off, as its Date headers show. */
  clockOffset = 0
  /** Bytes from which on a reply becomes a file, or is split. */
  fileLimit = 60_000

  #requests: Counted<RequestMatch, HttpFault>[] = []
  #commands: Counted<CommandMatch, CommandFault>[] = []

  /** Makes matching requests go wrong. Rules are tried in the order in which they were set; the first that matches counts. */
  on(match: RequestMatch, fault: HttpFault): Rule {
    const counted = new Counted(match, fault)
    this.#requests.push(counted)
    return handle(counted, () => remove(this.#requests, counted))
  }

  /** Makes something happen around matching commands, whoever posts them. All rules that match count. */
  onCommand(match: CommandMatch, fault: CommandFault): Rule {
    const counted = new Counted(match, fault)
    this.#commands.push(counted)
    return handle(counted, () => remove(this.#commands, counted))
  }

  /** Ends all rules and puts all settings back. */
  clear(): void {
    Object.assign(this, new Faults())
    this.#requests = []
    this.#commands = []
  }

  /** What happens to this request. Counts it. */
  forRequest(request: { method: string; path: string; body: unknown }): HttpFault | undefined {
    const fits = ({ method, path, when }: RequestMatch) =>
      (method === undefined || method === request.method) &&
      (path === undefined || path.test(request.path)) &&
      (when === undefined || when(request))
    return this.#requests.find((rule) => fits(rule.match) && rule.take())?.fault
  }

  /** What happens to this command. Counts it. With `replyOnly` rules about lines around it are left alone. */
  forCommand(line: string, sender: string, replyOnly = false): CommandFault[] {
    const fits = ({ match, fault }: { match: CommandMatch; fault: CommandFault }) =>
      !(replyOnly && (fault.kind === 'before' || fault.kind === 'after')) &&
      (match.line === undefined || match.line.test(line)) &&
      (match.sender === undefined || match.sender === sender)
    return this.#commands.filter((rule) => fits(rule) && rule.take()).map((rule) => rule.fault)
  }
}

class Counted<Match extends { times?: number; skip?: number }, Fault> {
  readonly match: Match
  readonly fault: Fault
  seen = 0

  constructor(match: Match, fault: Fault) {
    this.match = match
    this.fault = fault
  }

  get hits(): number {
    const { skip = 0, times = Number.POSITIVE_INFINITY } = this.match
    return Math.max(0, Math.min(this.seen - skip, times))
  }

  take(): boolean {
    const before = this.hits
    this.seen += 1
    return this.hits > before
  }
}

function handle(counted: { readonly hits: number }, remove: () => void): Rule {
  return {
    get hits() {
      return counted.hits
    },
    remove,
  }
}

function remove<Item>(items: Item[], item: Item): void {
  const at = items.indexOf(item)
  if (at >= 0) items.splice(at, 1)
}

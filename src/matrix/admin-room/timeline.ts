import type { Limits, MatrixClient, RoomEvent } from '../client.ts'
import { hasAnchor, needsContext, type RoomRules } from './correlate.ts'

const firstPage = 16
const nextPage = 100
/** How far before our command we look for a command that was answered. Events. */
const contextLimit = 1000

/** The room's events from our first command on, read backwards page by page and kept oldest first. */
export class Timeline {
  readonly #client: MatrixClient
  readonly #roomId: string
  readonly #known = new Set<string>()
  #events: RoomEvent[] = []
  #older: string | undefined
  #complete = false

  constructor(client: MatrixClient, roomId: string) {
    this.#client = client
    this.#roomId = roomId
  }

  /** Reads what is new. `anchor`: the event to read back to at the first time. True if anything was new. */
  async update(anchor: string, limits: Limits): Promise<boolean> {
    const fresh: RoomEvent[] = []
    const first = this.#known.size === 0
    let from: string | undefined
    for (let size = firstPage; ; size = nextPage) {
      const page = await this.#client.messagesBackwards(this.#roomId, size, from, limits)
      const overlap = page.chunk.findIndex((event) => this.#known.has(event.event_id))
      fresh.push(...(overlap < 0 ? page.chunk : page.chunk.slice(0, overlap)))
      from = page.end
      if (first) this.#older = page.end
      const reached = first ? page.chunk.some((event) => event.event_id === anchor) : overlap >= 0
      if (reached || from === undefined || page.chunk.length === 0) break
    }
    for (const event of fresh) this.#known.add(event.event_id)
    this.#events = [...this.#events, ...fresh.reverse()]
    return fresh.length > 0
  }

  /** The events, oldest first; from well before our command when whose a reply is depends on it. */
  async events(rules: RoomRules, limits: Limits): Promise<readonly RoomEvent[]> {
    if (needsContext(this.#events, rules)) await this.#readContext(rules, limits)
    return this.#events
  }

  async #readContext(rules: RoomRules, limits: Limits): Promise<void> {
    while (!this.#complete && !hasAnchor(this.#events, rules) && this.#events.length < contextLimit) {
      if (this.#older === undefined) break
      const page = await this.#client.messagesBackwards(this.#roomId, nextPage, this.#older, limits)
      const older = page.chunk.filter((event) => !this.#known.has(event.event_id)).reverse()
      for (const event of older) this.#known.add(event.event_id)
      this.#events = [...older, ...this.#events]
      this.#older = page.end
      if (page.chunk.length === 0) break
    }
    this.#complete = true
  }
}

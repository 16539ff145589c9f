import type { MatrixClient } from '../client.ts'
import type { Limits } from '../request.ts'
import type { RoomEvent } from '../room-event.ts'
import { Bounds } from './bounds.ts'
import { hasAnchor, needsContext, type RoomRules } from './correlate.ts'

const firstPage = 16
const nextPage = 100
/** How far before our command we look for a command that was answered. Events. */
const contextLimit = 1000
/** Events that are kept in any case, since commands that were just posted may be among them; and how many more make it worth dropping them. */
const keepLast = 300
const trimAt = 600
/** Events and characters of text that are kept; between two looks there are a few dozen. */
const mostEvents = 20_000
const mostText = 16 * 1024 * 1024

/** The room's events from our first command on, read backwards page by page and kept oldest first. */
export class Timeline {
  readonly #client: MatrixClient
  readonly #roomId: string
  readonly #known = new Set<string>()
  /** From our first command on, oldest first. */
  #events: RoomEvent[] = []
  /** What came before it, read only when needed. */
  #before: RoomEvent[] = []
  #older: string | undefined

  constructor(client: MatrixClient, roomId: string) {
    this.#client = client
    this.#roomId = roomId
  }

  /** Reads what is new. `anchor`: our first command, to read back to at the first time. True if anything was new. */
  async update(anchor: string, limits: Limits): Promise<boolean> {
    const fresh: RoomEvent[] = []
    const first = this.#known.size === 0
    const bounds = this.#bounds()
    let from: string | undefined
    for (let size = firstPage; ; size = nextPage) {
      const page = await this.#client.messagesBackwards(this.#roomId, size, from, limits)
      const end = page.chunk.findIndex(
        (event) => this.#known.has(event.event_id) || (first && event.event_id === anchor),
      )
      bounds.count(page.chunk)
      for (const event of end < 0 ? page.chunk : page.chunk.slice(0, first ? end + 1 : end)) fresh.push(event)
      from = page.end
      if (first) {
        if (end >= 0) this.#before = page.chunk.slice(end + 1).reverse()
        this.#older = page.end
      }
      if (end >= 0 || from === undefined || page.chunk.length === 0) break
    }
    for (const event of fresh) this.#known.add(event.event_id)
    this.#events = [...this.#events, ...fresh.reverse()]
    return fresh.length > 0
  }

  /** The events, oldest first; from well before our command when whose a reply is depends on it. */
  async events(rules: RoomRules, limits: Limits): Promise<readonly RoomEvent[]> {
    if (!needsContext(this.#events, rules)) return this.#events
    const bounds = this.#bounds()
    while (this.#older !== undefined && !hasAnchor(this.#before, rules) && this.#before.length < contextLimit) {
      const page = await this.#client.messagesBackwards(this.#roomId, nextPage, this.#older, limits)
      bounds.count(page.chunk)
      this.#before = [...page.chunk.reverse(), ...this.#before]
      this.#older = page.chunk.length === 0 ? undefined : page.end
    }
    return [...this.#before, ...this.#events]
  }

  #bounds(): Bounds {
    const bounds = new Bounds(mostEvents, mostText)
    bounds.count(this.#before)
    bounds.count(this.#events)
    return bounds
  }

  /** Keeps no more than the context of what came before the first of these commands. */
  trim(commands: ReadonlySet<string>): void {
    if (this.#events.length < trimAt) return
    const first = this.#events.findIndex(({ event_id }) => commands.has(event_id))
    const end = Math.min(first < 0 ? this.#events.length : first, this.#events.length - keepLast)
    const before = [...this.#before, ...this.#events.slice(0, end)]
    for (const { event_id } of before.slice(0, -contextLimit)) this.#known.delete(event_id)
    this.#before = before.slice(-contextLimit)
    this.#events = this.#events.slice(end)
  }
}

import { DiagnosableError } from '../../errors.ts'
import type { StepTime } from '../../system/step-time.ts'
import type { MatrixClient } from '../client.ts'
import type { Limits } from '../request.ts'
import type { RoomEvent } from '../room-event.ts'
import { Bounds } from './bounds.ts'
import { correlate, isCommand, type RoomRules } from './correlate.ts'
import type { Outcome } from './outcome.ts'

/** A command of an earlier run, and its outcome. */
export interface Earlier {
  line: string
  commandId: string
  outcome: Outcome | undefined
}

/** Events per page when the whole room is read, and events and characters of text that are kept of it. */
const historyPage = 100
const mostEvents = 200_000
const mostText = 48 * 1024 * 1024

/** The room that is read. */
export interface ReadRoom {
  client: MatrixClient
  roomId: string
  rules(limits: Limits): Promise<RoomRules>
}

/** Reads the whole room: the commands with one of these lines that `sender` posted, oldest first, and what became of each. It is one step, however many pages there are. Throws as `Http` does. */
export async function readEarlier(
  room: ReadRoom,
  { sender, lines }: { sender: string; lines: ReadonlySet<string> },
  time: StepTime,
): Promise<Earlier[]> {
  time.next()
  const limits = (): Limits => ({ deadline: time.question, patient: true })
  const rules = await room.rules(limits())
  const isOurs = ({ sender: poster, body }: RoomEvent) => poster === sender && lines.has(body)
  const bounds = new Bounds(mostEvents, mostText)
  const events: RoomEvent[] = []
  let from: string | undefined
  do {
    const page = await room.client.messagesBackwards(room.roomId, historyPage, from, limits())
    const kept = page.chunk.flatMap((event) => {
      if (rules.bots.has(event.sender) || isOurs(event)) return [event]
      // Of other commands only their place in the order matters.
      return isCommand(event, rules) ? [{ ...event, body: rules.prefix }] : []
    })
    bounds.count(kept)
    if (Date.now() > time.deadline)
      throw new DiagnosableError('the admin room has too much to read in the time of this command', {
        shellHint: 'wait longer with --timeout SECONDS',
      })
    for (const event of kept) events.push(event)
    from = page.chunk.length === 0 ? undefined : page.end
  } while (from !== undefined)
  events.reverse()
  const commands = events.filter(isOurs)
  const ours = new Set(commands.map(({ event_id }) => event_id))
  const { outcomes } = correlate(events, ours, rules)
  return commands.map((event) => ({
    line: event.body,
    commandId: event.event_id,
    outcome: outcomes.get(event.event_id),
  }))
}

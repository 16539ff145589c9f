import type { Session } from '../config/session.ts'
import { NoReplyError } from '../errors.ts'
import {
  type AdminRoom,
  type BotLine,
  eventIdsOf,
  isWhole,
  type Outcome,
  textOf,
} from '../matrix/admin-room/admin-room.ts'
import type { Limits } from '../matrix/request.ts'
import type { AdminCommand } from './admin-command.ts'
import { askAfter, stateInWords } from './before-and-after.ts'
import type { ReceivedReply } from './deliver.ts'
import type { Observed } from './judge.ts'

/** ms that the questions after the reply and the redaction may take together. */
const closingTime = 4000
/** ms after the deadline at which everything is over. */
const overtime = 4500

/** The limits of one of the questions after a command that had until `deadline` (Unix ms). */
export function closingLimits(deadline: number): Limits {
  return { deadline: Math.min(Date.now() + closingTime, deadline + overtime), patient: true }
}

/** A command that was posted. */
export interface Posted {
  room: AdminRoom
  eventId: string
  /** Unix ms. */
  deadline: number
  before: Observed
}

/** Awaits the reply to a command that was posted; `botSaid` is called with what the bot says about it meanwhile. Throws NoReplyError without one. */
export async function receive(
  session: Session,
  command: AdminCommand,
  { room, eventId, deadline, before }: Posted,
  botSaid: (text: string) => void,
): Promise<ReceivedReply> {
  const onLine = ({ body, ours }: BotLine) => ours && botSaid(body)
  const outcome = await room.outcome(eventId, deadline, onLine, command.replyShape)
  room.release(eventId)
  const closing = () => closingLimits(deadline)
  if (outcome === undefined || outcome.kind === 'redacted') {
    const state = await stateInWords(session, command, before, closing())
    throw noReply(outcome, session.settings.timeoutMs / 1000, state, eventId)
  }
  return {
    line: command.line,
    roomId: room.roomId,
    eventId,
    replyId: eventIdsOf(outcome)[0],
    bytes: replyBytes(session, outcome, deadline),
    verdict: () => askAfter(session, command, room, before, closing),
    events: eventIdsOf(outcome),
    redact: (replyId) => room.redact(replyId, eventId, closing()),
    isWhole: outcome.kind === 'file' || isWhole(outcome),
  }
}

/** Bytes of a file reply that are relayed at most; a longer file is refused. */
const fileLimit = 64 * 1024 * 1024

async function* replyBytes(session: Session, outcome: Outcome, deadline: number): AsyncGenerator<Uint8Array> {
  if (outcome.kind === 'text') return yield Buffer.from(textOf(outcome))
  if (outcome.kind !== 'file') return
  const [, server, mediaId] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(outcome.url) ?? []
  if (server !== session.serverName || mediaId === undefined)
    throw new NoReplyError('the reply is a file that is not on this homeserver, so it was not fetched', {
      hint: `look at the reply in the admin room (event ${outcome.eventId})`,
    })
  let size = 0
  const limits = { deadline: deadline + closingTime, patient: true }
  for await (const chunk of await session.client.download(server, mediaId, limits)) {
    size += chunk.length
    if (size > fileLimit) throw new NoReplyError('the reply is longer than 64 MiB: the rest was not fetched')
    yield chunk
  }
  // Half a file, or another one, can be a complete answer of HTTP.
  if (outcome.size !== undefined && outcome.size !== size)
    throw new NoReplyError(`only ${size} of the ${outcome.size} bytes of the reply arrived`, {
      hint: `look at the reply in the admin room (event ${outcome.eventId})`,
    })
}

function noReply(outcome: Outcome | undefined, seconds: number, state: string, eventId: string): NoReplyError {
  const what = outcome === undefined ? `no reply within ${seconds}s` : 'the reply was redacted before it could be read'
  return new NoReplyError(`${what}: the command was sent${state}`, {
    hint: `check that the operator is a server admin and that MATRIX_ADMIN_PREFIX is right, or look for a late reply in the admin room (event ${eventId})`,
  })
}

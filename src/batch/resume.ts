import { NoReplyError } from '../errors.ts'
import { askAccountState } from '../matrix/account-state.ts'
import { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import type { Operation } from '../operations.ts'
import type { Context, Session } from '../session.ts'
import type { Target } from './users.ts'

const questionTime = 10_000

/** What an earlier run left. */
export interface Resumed {
  /** Still to be done. */
  rest: Target[]
  /** Done before. */
  done: Target[]
  /** Done, but no reply to our command stands in the room, and none that we redacted. */
  neverShown: Target[]
}

/**
 * Finds out from the server what an earlier run has done. A harmless command is awaited first: behind it nothing is queued.
 * Replies with secrets that still stand are relayed, and redacted. Throws NoReplyError if the bot is silent.
 */
export async function resume(
  { io }: Context,
  session: Session,
  room: AdminRoom,
  operation: Operation,
  targets: readonly Target[],
): Promise<Resumed> {
  const { settings, client, operator } = session
  const barrier = await room.post(AdminRoom.line(settings.prefix, ['--version']), {
    deadline: deadline(settings.timeoutMs),
  })
  if ((await room.outcome(barrier, deadline(settings.timeoutMs), () => {})) === undefined)
    throw new NoReplyError('no reply to a harmless command: whether earlier ones are still queued cannot be told')

  const [rest, done]: [Target[], Target[]] = [[], []]
  for (const target of targets) {
    const ask = operation.effect?.ask ?? 'suspend'
    const state = await askAccountState(client, ask, target.mxid, { deadline: deadline(questionTime), patient: true })
    ;(operation.effect?.done.includes(state) ? done : rest).push(target)
  }
  if (!operation.secret || done.length === 0) return { rest, done, neverShown: [] }

  const lines = new Map(
    done.map((target) => [AdminRoom.line(settings.prefix, [...operation.words, target.word]), target]),
  )
  const shown = new Set<Target>()
  for (const { line, commandId, outcome } of await room.earlier(operator, new Set(lines.keys()), {
    deadline: deadline(questionTime * 6),
    patient: true,
  })) {
    const target = lines.get(line)
    if (target === undefined || outcome === undefined || outcome.kind === 'file') continue
    if (outcome.kind === 'redacted') {
      if (outcome.named) shown.add(target)
      continue
    }
    await io.write(`${target.mxid}:\n${outcome.body.replace(/\n?$/, '\n')}`)
    shown.add(target)
    if (!settings.redact) continue
    await room
      .redact(outcome.eventId, commandId, { deadline: deadline(questionTime), patient: true })
      .catch((error) => {
        io.warn(`the password stays in the admin room: redacting ${outcome.eventId} failed: ${error.message}`)
      })
  }
  return { rest, done, neverShown: done.filter((target) => !shown.has(target)) }
}

function deadline(ms: number): number {
  return Date.now() + ms
}

import { setFlagsFromString } from 'node:v8'
import type { CommonFlags, Context, Session } from '../../config/session.ts'
import { type ExitCode, exitCodes, InterruptedError, OutputError, UserError } from '../../errors.ts'
import { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { findAdminRoom } from '../../matrix/admin-room/find.ts'
import type { Io } from '../../system/io.ts'
import { runAdminCommand } from '../admin-command.ts'
import type { Operation } from '../table.ts'
import type { Target } from './users.ts'

/** What became of the accounts of a batch, each in the order in which they were given. */
export interface Result {
  done: Target[]
  /** Sent, and not proven done: no effect, or no reply. */
  failed: Target[]
  unsent: Target[]
  /** What stopped the batch: a fault that is not one account's. */
  stoppedBy?: UserError
}

export const findTime = 6000

/** The room that all commands of a batch share, with one reader. */
export async function openRoom({ client, serverName, settings }: Session): Promise<AdminRoom> {
  const limits = { deadline: Date.now() + findTime }
  const roomId = await findAdminRoom(client, serverName, settings.adminRoomId, limits)
  return new AdminRoom(client, roomId, settings.prefix)
}

/**
 * Does one operation for many accounts, `parallel` at once. Replies come out in the order of the accounts, each under a line
 * that names it (with --json: one object a line). What is not one account's fault stops the sending, and so does the wish
 * to end the program; what was sent is awaited, so that no password is left unseen.
 */
export async function runBatch(
  context: Context,
  flags: CommonFlags,
  session: Session,
  room: AdminRoom,
  operation: Operation,
  targets: readonly Target[],
  parallel: number,
): Promise<Result> {
  const codes: (ExitCode | undefined)[] = []
  let stoppedBy: UserError | undefined
  let [begun, finished] = [0, 0]
  let previous: Promise<unknown> = Promise.resolve()
  const ask = async (target: Target, before: Promise<unknown>): Promise<ExitCode | undefined> => {
    const line = AdminRoom.line(session.settings.prefix, [...operation.words, target.word])
    const command = { line, secret: operation.secret === true, operation, mxid: target.mxid }
    const io = itemIo(context.io, before, target.mxid, flags.json === true)
    const audited = { op: operation.name, target: target.mxid }
    try {
      return await runAdminCommand({ ...context, io }, flags, session, command, audited, room)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      await tell(io, target, error, flags.json === true, stoppedBy === undefined)
      stoppedBy ??= error
      return undefined
    }
  }
  const one = async (): Promise<void> => {
    const at = begun++
    const [target, before] = [targets[at], previous]
    if (target === undefined) return
    const work = ask(target, before)
    previous = work.then(() => before).catch(() => {})
    codes[at] = await work
    finished += 1
  }
  context.onStop(() => {
    stoppedBy ??= new InterruptedError('interrupted: what had been sent was awaited')
    context.io.notice('no more is sent, and what was sent is awaited (once more to leave at once)')
  })
  const worker = async (): Promise<void> => {
    while (begun < targets.length && !stoppedBy) await one()
  }
  // On a phone memory counts for more than speed.
  setFlagsFromString('--optimize-for-size')
  const started = Date.now()
  const stopWaiting = context.io.waiting(() => progress(finished, targets.length, Date.now() - started))
  try {
    // The reader looks from the first command on, so that one must stand before the others in the room.
    if (targets.length > 0) await one()
    await Promise.all(Array.from({ length: parallel }, worker))
  } finally {
    stopWaiting()
  }
  if (context.interrupt.aborted) stoppedBy = context.interrupt.reason
  const isDone = (_target: Target, at: number) => codes[at] === exitCodes.ok.code
  return {
    done: targets.filter(isDone),
    failed: targets.filter((target, at) => at < begun && !isDone(target, at)),
    unsent: targets.slice(begun),
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
  }
}

/** Says that an account got no reply. The first such error is told when the batch ends. */
async function tell(io: Io, { mxid }: Target, error: UserError, json: boolean, first: boolean): Promise<void> {
  if (!first) io.warn(error.message)
  if (json && !(error instanceof OutputError))
    await io.write(`${JSON.stringify({ user: mxid, error: error.message })}\n`).catch(() => {})
}

/** The terminal for one account: it speaks when those `before` it have been spoken of. */
export function itemIo(io: Io, before: Promise<unknown>, mxid: string, json: boolean): Io {
  let begun = false
  return {
    ...io,
    async write(data) {
      await before
      if (!begun && !json) await io.write(`${mxid}:\n`)
      begun = true
      await io.write(data)
    },
    notice: (text) => io.notice(`${mxid}: ${text}`),
    warn: (text) => io.warn(`${mxid}: ${text}`),
    waiting: () => () => {},
  }
}

function progress(finished: number, total: number, ms: number): string {
  const rate = finished / (ms / 1000)
  const filled = Math.round((finished / total) * 20)
  const left = finished === 0 ? '' : `, ${Math.ceil((total - finished) / rate)} s left`
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${finished} of ${total}, ${rate.toFixed(1)}/s${left}`
}

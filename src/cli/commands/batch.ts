import type { Context } from '../../config/context.ts'
import { connect, openIdentity, type Session } from '../../config/session.ts'
import { type ExitCode, exitCodes, InterruptedError, SetupError, UserError } from '../../errors.ts'
import type { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { FailedFile } from '../../operations/batch/failed-file.ts'
import type { Resumed } from '../../operations/batch/resume.ts'
import { type BatchOrder, type BatchResult, runBatch } from '../../operations/batch/run-batch.ts'
import { longestList, readTargets, resolveTargets } from '../../operations/batch/users.ts'
import { openRoom } from '../../operations/carry-out.ts'
import { requireConsent } from '../../operations/consent.ts'
import { linesOf } from '../../operations/dry-run.ts'
import type { Operation } from '../../operations/table.ts'
import type { Target } from '../../operations/target.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Io } from '../../system/io.ts'
import { keepHeapSmall } from '../../system/small-heap.ts'
import { summarise } from '../results/batch-summary.ts'
import { retypeAt } from '../results/retype.ts'
import { keepsReply, presenterOf, showDryRun } from '../results/show-result.ts'
import { canResume, type OperationArgs, passwordsWanted } from './operation-args.ts'

/** One operation for several accounts: those of the arguments, or of a file. Gives the exit code; throws PartialError when some failed. */
export async function runForMany(operation: Operation, args: OperationArgs, context: Context): Promise<ExitCode> {
  const { io } = context
  const parallel = wholeNumber(args.parallel ?? '4')
  const failedFile = FailedFile.choose(args.failed, args.from, context.userId)
  const identity = await openIdentity(context, args)
  const targets =
    args.from === undefined
      ? resolveTargets(operation, [args.user ?? []].flat(), identity.serverName)
      : readTargets(operation, await readFrom(args.from, context), identity.serverName)
  const [json, yes, self] = [args.json === true, args.yes === true, args.self === true]
  if (targets.length === 0) return nothingToDo(args.from, io)
  const session = await connect(context, identity)
  if (args.dryRun) {
    const commands = targets.map((target) => commandFor(operation, identity.settings.prefix, target))
    return showDryRun(io, await linesOf(session, commands), json)
  }
  const keepReply = keepsReply(io, operation, session, args)
  await requireConsent(operation, targets, { yes, retype: retypeAt(io) })
  const room = await openRoom(session)
  const passwords = await passwordsWanted(args, session)
  const watch = ({ mxid }: Target) => presenterOf(io, json, mxid, passwords?.(mxid, io))
  const order = { operation, self, keepReply, watch }
  const earlier = args.resume
    ? await resumeShown(io, session, room, { ...order, targets })
    : { rest: targets, done: [], neverShown: [], taken: [], unknown: [] }
  const isCertain = earlier.unknown.length === 0
  const result = isCertain
    ? await runShown(context, session, room, { ...order, targets: earlier.rest, parallel })
    : { done: [], unconfirmed: [], failed: [], unsent: earlier.rest }
  return summarise(io, result, earlier, { failedFile, canResume: canResume(operation) })
}

/** `list --ids --only suspended | unsuspend --from -` may find no account, but an empty file is probably the wrong one. Throws SetupError. */
function nothingToDo(from: string | undefined, io: Io): ExitCode {
  if (from !== '-') throw new SetupError('the list of users is empty: nothing was sent')
  io.notice('no users on stdin: nothing to do')
  return exitCodes.ok.code
}

/** Finds out what was done before, and shows the progress. */
async function resumeShown(
  io: Io,
  session: Session,
  room: AdminRoom,
  order: Pick<BatchOrder, 'operation' | 'targets' | 'keepReply' | 'watch'>,
): Promise<Resumed> {
  const { resume } = await import('../../operations/batch/resume.ts')
  let known = 0
  const stopWaiting = io.waiting(() => `checking which accounts are done: ${known} of ${order.targets.length} …`)
  try {
    return await resume(session, room, order, (accounts) => {
      known = accounts
    })
  } finally {
    stopWaiting()
  }
}

/** Runs the batch, shows the progress, and ends it when the program is asked to end. */
async function runShown(
  { io, onStop }: Context,
  session: Session,
  room: AdminRoom,
  order: Omit<BatchOrder, 'stop' | 'onFinished'>,
): Promise<BatchResult> {
  const stop = new AbortController()
  onStop(() => {
    stop.abort(new InterruptedError('interrupted after waiting for the commands already sent'))
    io.notice('nothing more is sent; waiting for the commands already sent (interrupt again to quit now)')
  })
  keepHeapSmall()
  let finished = 0
  const started = Date.now()
  const stopWaiting = io.waiting(() => progress(finished, order.targets.length, Date.now() - started))
  const onFinished = () => {
    finished += 1
  }
  try {
    return await runBatch(session, room, { ...order, stop: stop.signal, onFinished })
  } finally {
    stopWaiting()
  }
}

function progress(finished: number, total: number, ms: number): string {
  const rate = finished / (ms / 1000)
  const filled = Math.round((finished / total) * 20)
  const left = finished === 0 ? '' : `, ${Math.ceil((total - finished) / rate)} s left`
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${finished} of ${total}, ${rate.toFixed(1)}/s${left}`
}

async function readFrom(file: string, { io, interrupt }: Context): Promise<string> {
  if (file === '-') return io.readStdin(longestList)
  const { readInput } = await import('../../system/read-input.ts')
  try {
    return await readInput(file, interrupt, longestList)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new SetupError(`cannot read the users file ${quote(file)} (${(error as NodeJS.ErrnoException).code})`)
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,2}$/.test(text) && +text >= 1 && +text <= 64) return +text
  throw new SetupError(`invalid --parallel ${quote(text)}: use a whole number from 1 to 64`)
}

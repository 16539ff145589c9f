import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { type Context, connect, openIdentity, type Session } from '../../config/session.ts'
import { type ExitCode, exitCodes, InterruptedError, PartialError, SetupError } from '../../errors.ts'
import type { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { FailedFile } from '../../operations/batch/failed-file.ts'
import type { Resumed } from '../../operations/batch/resume.ts'
import { type BatchOrder, type BatchResult, runBatch } from '../../operations/batch/run.ts'
import { readTargets, resolveTargets } from '../../operations/batch/users.ts'
import { commandFor } from '../../operations/command.ts'
import { refuseOwnAccount, requireConsent } from '../../operations/consent.ts'
import { findTime, openRoom } from '../../operations/run.ts'
import type { Operation } from '../../operations/table.ts'
import type { Target } from '../../operations/target.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Io } from '../../system/io.ts'
import { presenterOf, showDryRun } from '../results/presenter.ts'
import { retypeAt } from '../results/retype.ts'
import { canResume, type OperationArgs, passwordsWanted } from './operation.ts'

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
  refuseOwnAccount(operation, targets, identity.operator, { self })
  if (args.dryRun) {
    const lines = targets.map((target) => commandFor(operation, identity.settings.prefix, target).line)
    return showDryRun(io, lines, json)
  }
  await requireConsent(operation, targets, { yes, retype: retypeAt(io) })
  const session = await connect(context, identity)
  const room = await openRoom(session, Date.now() + findTime)
  const passwords = await passwordsWanted(args, session)
  const watch = ({ mxid }: Target) => presenterOf(io, json, mxid, passwords?.(mxid, io))
  const order = { operation, keepReply: args.keepReply, watch }
  const earlier = args.resume
    ? await resumeShown(io, session, room, { ...order, targets })
    : { rest: targets, done: [], neverShown: [], taken: [] }
  const result = await runShown(context, session, room, { ...order, targets: earlier.rest, parallel })
  return summarise(io, operation, result, earlier, failedFile)
}

/** Finds out what is done, and shows how far that is. */
async function resumeShown(
  io: Io,
  session: Session,
  room: AdminRoom,
  order: Pick<BatchOrder, 'operation' | 'targets' | 'keepReply' | 'watch'>,
): Promise<Resumed> {
  const { resume } = await import('../../operations/batch/resume.ts')
  let known = 0
  const stopWaiting = io.waiting(() => `asking what is done: ${known} of ${order.targets.length} …`)
  try {
    return await resume(session, room, order, (accounts) => {
      known = accounts
    })
  } finally {
    stopWaiting()
  }
}

/** Runs the batch, shows how far it is, and ends it when the program is asked to end. */
async function runShown(
  { io, onStop }: Context,
  session: Session,
  room: AdminRoom,
  order: Omit<BatchOrder, 'stop' | 'onFinished'>,
): Promise<BatchResult> {
  const stop = new AbortController()
  onStop(() => {
    stop.abort(new InterruptedError('interrupted: what had been sent was awaited'))
    io.notice('no more is sent, and what was sent is awaited (once more to leave at once)')
  })
  // On a phone memory counts for more than speed.
  setFlagsFromString('--optimize-for-size')
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

async function summarise(
  io: Io,
  operation: Operation,
  { done, failed, unsent, stoppedBy }: BatchResult,
  { done: before, neverShown, taken }: Resumed,
  failedFile: FailedFile | undefined,
): Promise<ExitCode> {
  for (const { mxid } of neverShown)
    io.warn(
      `${mxid} exists, but its password was perhaps never shown: if nobody uses it yet, reset-password gives it a new one`,
    )
  for (const { mxid } of taken) io.warn(`${mxid} was there before, by no command of ours: the name is taken`)
  const left = [...taken, ...failed, ...unsent]
  const total = before.length + done.length + left.length
  const figures = [
    `${before.length + done.length} of ${total} done`,
    ...(before.length === 0 ? [] : [`${before.length} were done before`]),
    ...(failed.length + taken.length === 0 ? [] : [`${failed.length + taken.length} failed`]),
    ...(unsent.length === 0 ? [] : [`${unsent.length} not sent`]),
  ]
  io.notice(figures.join(', '))
  const where = keep(io, failedFile, left)
  if (left.length === 0) return exitCodes.ok.code
  const hint = stoppedBy && canResume(operation) ? `${where}; the same command with --resume goes on` : where
  if (stoppedBy instanceof InterruptedError) throw new InterruptedError(stoppedBy.message, { hint })
  const why = stoppedBy === undefined ? '' : `; it stopped because: ${stoppedBy.message}`
  throw new PartialError(`${left.length} of ${total} were not done${why}`, { hint, cause: stoppedBy })
}

/** Writes down those that were not done. Says where they are. */
function keep(io: Io, file: FailedFile | undefined, left: readonly Target[]): string {
  const shown = left.slice(0, 10).map(({ given }) => given)
  const named = `not done: ${shown.join(' ')}${left.length > shown.length ? ' …' : ''}`
  try {
    file?.keep(left)
    return file === undefined ? named : `those that were not done are in ${file.path}`
  } catch (error) {
    io.warn(`those that were not done cannot be written to ${file?.path}: ${(error as Error).message}`)
    return named
  }
}

async function readFrom(file: string, { io }: Context): Promise<string> {
  if (file === '-') return io.readStdin()
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SetupError(`the file of users cannot be read: ${quote(file)} (${(error as NodeJS.ErrnoException).code})`)
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,2}$/.test(text) && +text >= 1 && +text <= 64) return +text
  throw new SetupError(`--parallel: ${quote(text)} is not a whole number from 1 to 64`)
}

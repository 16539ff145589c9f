import { readFileSync } from 'node:fs'
import { type Context, connect, openIdentity } from '../../config/session.ts'
import { type ExitCode, exitCodes, InterruptedError, PartialError, SetupError } from '../../errors.ts'
import { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { FailedFile } from '../../operations/batch/failed-file.ts'
import type { Resumed } from '../../operations/batch/resume.ts'
import { openRoom, type Result, runBatch } from '../../operations/batch/run.ts'
import { readTargets, resolveTargets, type Target } from '../../operations/batch/users.ts'
import type { Operation } from '../../operations/table.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Io } from '../../system/io.ts'
import { showDryRun } from './dry-run.ts'
import { canResume, type OperationArgs } from './operation.ts'

/** One operation for several accounts: those of the arguments, or of a file. Gives the exit code; throws PartialError when some failed. */
export async function runForMany(operation: Operation, args: OperationArgs, context: Context): Promise<ExitCode> {
  const parallel = wholeNumber(args.parallel ?? '4')
  const failedFile = FailedFile.choose(args.failed, args.from)
  const identity = await openIdentity(context, args)
  const targets =
    args.from === undefined
      ? resolveTargets(operation, [args.user ?? []].flat(), identity.serverName)
      : readTargets(operation, await readFrom(args.from, context), identity.serverName)
  if (operation.irreversible && !args.self && targets.some(({ mxid }) => mxid === identity.operator))
    throw new SetupError(`${identity.operator} is the operator's own account: nothing was sent`, {
      hint: 'add --self if you mean it',
    })
  if (args.dryRun) {
    const lines = targets.map(({ word }) => AdminRoom.line(identity.settings.prefix, [...operation.words, word]))
    return showDryRun(context.io, lines, args.json === true)
  }
  if (operation.irreversible && !args.yes) await confirmCount(context, operation, targets)
  const session = await connect(context, identity)
  const room = await openRoom(session)
  const earlier = args.resume
    ? await (await import('../../operations/batch/resume.ts')).resume(context, args, session, room, operation, targets)
    : { rest: targets, done: [], neverShown: [], taken: [] }
  const result = await runBatch(context, args, session, room, operation, earlier.rest, parallel)
  return summarise(context.io, operation, result, earlier, failedFile)
}

async function summarise(
  io: Io,
  operation: Operation,
  { done, failed, unsent, stoppedBy }: Result,
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

async function confirmCount({ io }: Context, { name, summary }: Operation, targets: readonly Target[]): Promise<void> {
  if (!io.stdinIsTerminal || !io.stderrIsTerminal)
    throw new SetupError(`${name} cannot be undone: nothing was sent`, { hint: 'add --yes where nobody can be asked' })
  const count = String(targets.length)
  const shown = targets.slice(0, 5).map(({ mxid }) => mxid)
  const accounts = `${shown.join(' ')}${targets.length > shown.length ? ' …' : ''}`
  const answer = await io.ask(
    `${summary}. It cannot be undone.\n${accounts}\nType ${count}, how many they are, to go on: `,
  )
  if (answer.trim() !== count) throw new SetupError(`that is not how many they are (${count}): nothing was sent`)
}

function wholeNumber(text: string): number {
  if (/^\d{1,2}$/.test(text) && +text >= 1 && +text <= 64) return +text
  throw new SetupError(`--parallel: ${quote(text)} is not a whole number from 1 to 64`)
}

import { readFileSync } from 'node:fs'
import { openRoom, type Result, runBatch } from '../batch/run.ts'
import { readTargets, type Target } from '../batch/users.ts'
import { type ExitCode, exitCodes, PartialError, SetupError } from '../errors.ts'
import { replaceFile } from '../files.ts'
import { InterruptedError } from '../io.ts'
import { AdminRoom } from '../matrix/admin-room/admin-room.ts'
import { quote } from '../matrix/identifiers.ts'
import type { Operation } from '../operations.ts'
import { type Context, connect, openIdentity } from '../session.ts'
import type { OperationArgs } from './operation.ts'

/** One operation for several accounts: those of the arguments, or of a file. Gives the exit code; throws PartialError when some failed. */
export async function runForMany(operation: Operation, args: OperationArgs, context: Context): Promise<ExitCode> {
  const parallel = wholeNumber(args.parallel ?? '4')
  const failedFile = args.failed ?? (args.from === undefined || args.from === '-' ? undefined : `${args.from}.failed`)
  if (args.resume && operation.effect?.silent)
    throw new SetupError(
      `${operation.name} leaves no state by which --resume could tell what was done: nothing was sent`,
    )
  const identity = await openIdentity(context, args)
  const text = args.from === undefined ? [args.user ?? []].flat().join('\n') : await readFrom(args.from, context)
  const targets = readTargets(operation, text, identity.serverName)
  if (operation.irreversible && !args.self && targets.some(({ mxid }) => mxid === identity.operator))
    throw new SetupError(`${identity.operator} is the operator's own account: nothing was sent`, {
      hint: 'add --self if you mean it',
    })
  if (args.dryRun) {
    const lines = targets.map(({ word }) => AdminRoom.line(identity.settings.prefix, [...operation.words, word]))
    await context.io.write(lines.map((line) => `${line}\n`).join(''))
    return exitCodes.ok.code
  }
  if (operation.irreversible && !args.yes) await confirmCount(context, operation, targets.length)
  const session = await connect(context, identity)
  const room = await openRoom(session)
  const { rest, done, neverShown } = args.resume
    ? await (await import('../batch/resume.ts')).resume(context, session, room, operation, targets)
    : { rest: targets, done: [], neverShown: [] }
  const result = await runBatch(context, args, session, room, operation, rest, parallel)
  return summarise(context, result, { total: targets.length, before: done.length, neverShown, failedFile })
}

async function summarise(
  { io }: Context,
  { done, failed, stoppedBy }: Result,
  {
    total,
    before,
    neverShown,
    failedFile,
  }: { total: number; before: number; neverShown: Target[]; failedFile: string | undefined },
): Promise<ExitCode> {
  for (const { mxid } of neverShown)
    io.warn(`${mxid} exists, but its password was perhaps never shown: reset-password gives it a new one`)
  const already = before === 0 ? '' : `, ${before} were done before`
  io.notice(`${done.length + before} of ${total} done${already}${failed.length === 0 ? '' : `, ${failed.length} not`}`)
  if (failed.length === 0) return exitCodes.ok.code
  let where = `not done: ${failed
    .slice(0, 10)
    .map(({ given }) => given)
    .join(' ')}${failed.length > 10 ? ' …' : ''}`
  if (failedFile !== undefined)
    try {
      replaceFile(failedFile, failed.map(({ given }) => `${given}\n`).join(''))
      where = `those that were not done are in ${failedFile}`
    } catch (error) {
      io.warn(`those that failed cannot be written to ${failedFile}: ${(error as Error).message}`)
    }
  if (stoppedBy instanceof InterruptedError) throw new InterruptedError(stoppedBy.message, { hint: where })
  const why = stoppedBy === undefined ? '' : `; it stopped because: ${stoppedBy.message}`
  throw new PartialError(`${failed.length} of ${total} failed${why}`, { hint: where, cause: stoppedBy })
}

async function readFrom(file: string, { io }: Context): Promise<string> {
  if (file === '-') return io.readStdin()
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SetupError(`the file of users cannot be read: ${quote(file)} (${(error as NodeJS.ErrnoException).code})`)
  }
}

async function confirmCount({ io }: Context, { name, summary }: Operation, count: number): Promise<void> {
  if (!io.stdinIsTerminal || !io.stderrIsTerminal)
    throw new SetupError(`${name} cannot be undone: nothing was sent`, { hint: 'add --yes where nobody can be asked' })
  const answer = await io.ask(`${summary}. It cannot be undone.\nType how many accounts that is, to go on: `)
  if (answer.trim() !== String(count)) throw new SetupError('that is not how many they are: nothing was sent')
}

function wholeNumber(text: string): number {
  if (/^\d{1,2}$/.test(text) && +text >= 1 && +text <= 64) return +text
  throw new SetupError(`--parallel: ${quote(text)} is not a whole number from 1 to 64`)
}

import { type ExitCode, exitCodes, InterruptedError, PartialError } from '../../errors.ts'
import type { FailedFile } from '../../operations/batch/failed-file.ts'
import type { Resumed } from '../../operations/batch/resume.ts'
import type { BatchResult } from '../../operations/batch/run-batch.ts'
import type { Target } from '../../operations/target.ts'
import type { Io } from '../../system/io.ts'

export interface AfterBatch {
  /** The file for failed users. */
  failedFile: FailedFile | undefined
  /** Whether --resume continues such a batch. */
  canResume: boolean
}

/** Reports the result of a batch, and writes failed users to a file. Gives the exit code; throws PartialError when some failed. */
export function summarise(
  io: Io,
  result: BatchResult,
  earlier: Resumed,
  { failedFile, canResume }: AfterBatch,
): ExitCode {
  noteEarlier(io, earlier)
  const { done, unconfirmed, failed, unsent, stoppedBy } = result
  const { done: before, taken, unknown } = earlier
  const left = [...taken, ...unknown, ...failed, ...unsent]
  const finished = before.length + done.length
  const total = finished + unconfirmed.length + left.length
  const figures = [
    unconfirmed.length === 0
      ? `${finished} of ${total} done`
      : `${finished === 0 ? '' : `${finished} done, `}${unconfirmed.length} not confirmed of ${total}`,
    ...(before.length === 0 ? [] : [`${before.length} were done before`]),
    ...(failed.length + taken.length === 0 ? [] : [`${failed.length + taken.length} failed`]),
    ...(unknown.length === 0 ? [] : [`${unknown.length} unknown`]),
    ...(unsent.length === 0 ? [] : [`${unsent.length} not sent`]),
  ]
  io.notice(figures.join(', '))
  const where = keep(io, failedFile, left)
  if (left.length === 0) return exitCodes.ok.code
  const rest = stoppedBy && canResume ? `${where}; run the same command with --resume to continue` : where
  const hint = [rest, stoppedBy?.hint].filter(Boolean).join('\n')
  if (stoppedBy?.exitCode === exitCodes.unreachable.code && failed.length === 1 && finished + unconfirmed.length === 0)
    throw stoppedBy
  if (stoppedBy instanceof InterruptedError) throw new InterruptedError(stoppedBy.message, { hint })
  throw new PartialError(`${left.length} of ${total} were not done${why(result, earlier)}`, { hint, cause: stoppedBy })
}

/** What --resume found that needs a person's attention. */
function noteEarlier(io: Io, { neverShown, taken, unknown }: Resumed): void {
  for (const { mxid } of neverShown)
    io.warn(`${mxid} exists, but its password may not have been shown: if it is not in use yet, run reset-password`)
  for (const { mxid } of taken) io.warn(`${mxid} existed before: the name is taken`)
  for (const { mxid } of unknown) io.warn(`${mxid}: the server does not say if the command took effect`)
}

function why({ stoppedBy }: BatchResult, { unknown }: Resumed): string {
  if (stoppedBy !== undefined) return `, because the batch stopped:\n${stoppedBy.message}`
  return unknown.length === 0 ? '' : '; nothing was posted, because a repeated command could take effect twice'
}

/** Writes failed users to a file. Gives a sentence that says where. */
function keep(io: Io, file: FailedFile | undefined, left: readonly Target[]): string {
  const shown = left.slice(0, 10).map(({ given }) => given)
  const named = `not done: ${shown.join(' ')}${left.length > shown.length ? ' …' : ''}`
  try {
    file?.keep(left)
    return file === undefined ? named : `the failed users are in ${file.path}`
  } catch (error) {
    io.warn(`cannot write the failed users to ${file?.path}: ${(error as Error).message}`)
    return named
  }
}

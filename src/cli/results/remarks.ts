import type { Result } from '../../operations/result.ts'
import type { Io } from '../../system/io.ts'

/** What a result leaves to be said on stderr: a secret that stays in the room, an effect that a person would not expect. */
export function remark(io: Io, { redaction, effect, note }: Result): void {
  if (redaction.kind === 'failed')
    io.warn(
      `the password stays in the admin room: redacting the reply ${redaction.replyId} failed: ${redaction.problem}`,
    )
  if (effect === false) io.warn(`the command had no effect${note === undefined ? '' : `: ${note}`}`)
  else if (note !== undefined) io.notice(`note: ${note}`)
}

import {
  asUserError,
  DiagnosableError,
  InterruptedError,
  NoReplyError,
  OutputError,
  type UserError,
} from '../../errors.ts'
import { internalError } from '../../system/internal-error.ts'
import { RequestError } from '../matrix-errors.ts'

/** The error for any failure after the post: it says that the command was sent. */
export function lostAfterPost(error: unknown, eventId: string): UserError {
  if (error instanceof NoReplyError || error instanceof InterruptedError || error instanceof OutputError) return error
  const why = asUserError(error)?.message ?? internalError(error)
  return new NoReplyError(`the command was sent (event ${eventId}), but its reply could not be read: ${why}`, {
    hint: 'look in the admin room before you repeat it',
    cause: error,
  })
}

/** The error for a post that failed: NoReplyError where the server may have taken it, else one that nothing was posted. */
export function postFailure(error: unknown, transactionId: string): unknown {
  if (!(error instanceof RequestError) || !error.reached) return error
  return new NoReplyError(
    `the command may have been sent: the homeserver never confirmed it (transaction ${transactionId})`,
    {
      hint: "look in the admin room, or check the account's state, before you repeat it",
      cause: error,
    },
  )
}

/** The error for a post into a room that the server does not have. */
export function unknownRoom(cause: unknown, roomId: string): DiagnosableError {
  return new DiagnosableError(`the homeserver does not know the room ${roomId}`, {
    hint: 'correct ADMIN_ROOM_ID, or unset it to find the room by its alias',
    cause,
  })
}

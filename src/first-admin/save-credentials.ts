import { formatCredentials } from '../config/credentials.ts'
import { SetupError } from '../errors.ts'
import { serverNameOf } from '../matrix/identifiers.ts'
import { replaceFile } from '../system/replace-file.ts'
import type { Opened } from './account.ts'

/** Writes the credentials of the account that was just opened. Throws SetupError, which says that it was. */
export function saveCredentials(file: string, user: string, { mxid, token, isNew, password }: Opened): void {
  const values = {
    ADMIN_USER: user,
    ADMIN_MXID: mxid,
    ADMIN_PASS: password,
    ADMIN_TOKEN: token,
    SERVER_NAME: serverNameOf(mxid) ?? '',
  }
  try {
    replaceFile(file, formatCredentials(values))
  } catch (error) {
    throw new SetupError(
      `${mxid} ${isNew ? 'was registered' : 'was logged in'}, but its credentials cannot be saved: ${(error as Error).message}`,
      {
        hint: 'free disk space or make the folder writable, then run create-admin again (it logs in with the same password)',
        cause: error,
      },
    )
  }
}

/** What the user sees where the file system refuses the credentials before anything was sent. */
export function unwritable(file: string, error: unknown): SetupError {
  return new SetupError(`the credentials cannot be written to ${file}: ${(error as Error).message}`, {
    hint: 'free disk space or make the folder writable (nothing was registered)',
    cause: error,
  })
}

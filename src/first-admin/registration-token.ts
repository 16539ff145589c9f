import { existsSync } from 'node:fs'
import { SetupError } from '../errors.ts'
import type { Io } from '../system/io.ts'
import { warnIfLax } from '../system/modes.ts'
import { readSmallFile } from '../system/open-file.ts'

/** Which account the token is for, and where: a new server's token creates one account only. */
export interface Purpose {
  user: string
  homeserver: URL
}

/**
 * The registration token: from `--token-file` (`-` is stdin), else DATA_DIR/secrets/registration-token.txt, else a hidden
 * prompt. Never from an argument. Others must not read it: `userId` is who we are. Throws SetupError without one, and for a file
 * that is not a regular file.
 */
export async function readRegistrationToken(
  io: Io,
  tokenFile: string | undefined,
  dataDir: string | undefined,
  userId: number | undefined,
  purpose: Purpose,
): Promise<string> {
  const standard = dataDir === undefined ? undefined : `${dataDir}/secrets/registration-token.txt`
  const file = tokenFile ?? (standard !== undefined && existsSync(standard) ? standard : undefined)
  const text = file !== undefined ? await read(io, file, userId) : await prompt(io, standard, purpose)
  const token = text.trim()
  if (/^[A-Za-z0-9._~-]{1,64}$/.test(token)) return token
  throw new SetupError(
    `${file ?? 'the input'} is not a registration token: use 1 to 64 of A-Z a-z 0-9 . _ ~ - on one line`,
  )
}

async function read(io: Io, file: string, userId: number | undefined): Promise<string> {
  if (file === '-') return io.readStdin()
  try {
    const text = readSmallFile(file)
    warnIfLax(file, userId, io.warn)
    return text
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`cannot read the registration token: ${file} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    })
  }
}

async function prompt(io: Io, standard: string | undefined, { user, homeserver }: Purpose): Promise<string> {
  if (io.isInteractive) {
    io.notice(`creating the account ${user} on ${homeserver.href} needs its registration token`)
    io.notice('a new server prints one on its console, others have one in their configuration')
    return io.askSecret('registration token (not shown): ')
  }
  throw new SetupError('the homeserver asks for a registration token', {
    hint: `save it in ${standard ?? 'a file'}, or add --token-file FILE (- is stdin); a new server prints a one-time token on its console`,
  })
}

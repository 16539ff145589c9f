import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'

/**
 * V8's compiled code in the user's cache folder, for an executable that carries none. It is executed, so it is
 * used only if this user wrote it, no other user can write it, and it is whole; otherwise the program runs without it.
 */
export interface KeptCode {
  /** The commands that were run: the code holds what they called. */
  commands: string[]
  code: Buffer
}

interface Header {
  id: string
  commands: string[]
  sha256: string
}

const mostBytes = 8 * 1024 * 1024
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

/** What is kept in the folder `matrix-users` of `cacheFolder` for the executable `id`; undefined where there is nothing. */
export function readKeptCode(cacheFolder: string, id: string, user: number): KeptCode | undefined {
  return attempt(() =>
    within(cacheFolder, user, (folder) => {
      const content = readOwn(`${folder}/code`, user)
      const end = content.indexOf('\n')
      const header = JSON.parse(content.toString('utf8', 0, end)) as Header
      const code = content.subarray(end + 1)
      return header.id === id && header.sha256 === sha256(code) ? { commands: header.commands, code } : undefined
    }),
  )
}

/** Saves it there, over an older one. Only the last two folders are created, for this user alone. */
export function keepCode(cacheFolder: string, id: string, user: number, { commands, code }: KeptCode): void {
  attempt(() => {
    for (const folder of [cacheFolder, `${cacheFolder}/matrix-users`]) if (!existsSync(folder)) mkdirSync(folder, 0o700)
    const header: Header = { id, commands, sha256: sha256(code) }
    within(cacheFolder, user, (folder) => {
      const part = `${folder}/code.${randomUUID()}`
      try {
        const file = openSync(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
        try {
          writeFileSync(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), code]))
        } finally {
          closeSync(file)
        }
        renameSync(part, `${folder}/code`)
      } catch (error) {
        rmSync(part, { force: true })
        throw error
      }
    })
  })
}

/** Passes on a path that stays the same folder whatever others do: it is this user's, and no other user can write to it. */
function within<T>(cacheFolder: string, user: number, use: (folder: string) => T): T {
  const descriptor = openSync(`${cacheFolder}/matrix-users`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const { uid, mode } = fstatSync(descriptor)
    if (uid !== user || (mode & 0o022) !== 0) throw new Error('other users can write to this folder')
    return use(`/proc/self/fd/${descriptor}`)
  } finally {
    closeSync(descriptor)
  }
}

/** Opening must not block on a FIFO. */
function readOwn(file: string, user: number): Buffer {
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const status = fstatSync(descriptor)
    if (!status.isFile() || status.uid !== user || (status.mode & 0o077) !== 0 || status.size > mostBytes)
      throw new Error('this file is not private to this user')
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function attempt<T>(what: () => T): T | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}

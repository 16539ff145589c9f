/**
 * Every exit code of the program, in one place: `--help` prints this table and the edge (main.ts) chooses from it.
 */
export const exitCodes = {
  ok: { code: 0, meaning: 'success; the server replied' },
  noEffect: { code: 1, meaning: "the server replied, but the account's state shows that the command had no effect" },
  refused: { code: 2, meaning: 'invalid usage or settings, or refused; nothing was sent unless the error says so' },
  unreachable: {
    code: 3,
    meaning: 'the homeserver could not be reached or was overloaded; nothing was sent, so a script may try again',
  },
  noReply: { code: 4, meaning: 'sent, but no reply arrived in time' },
  partial: { code: 5, meaning: 'part of a batch failed' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]['code']

export interface ErrorDetails {
  /** What fixes it: one sentence, lower case, without a full stop. */
  hint?: string | undefined
  /** Instead of it where only a shell has what fixes it: options and commands. */
  shellHint?: string | undefined
  cause?: unknown
}

/**
 * A failure that is told to the user as `matrix-users: error: MESSAGE` and `hint: HINT`.
 * Messages are lower case without a full stop, name what failed and on what, and never hold a secret.
 */
export class UserError extends Error {
  readonly hint: string | undefined
  /** Whether the hint is of use at a shell only. */
  readonly hintIsForShell: boolean
  readonly exitCode: ExitCode = exitCodes.refused.code
  /** Whether `check` tells more of the cause. */
  readonly diagnosable: boolean = false

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.hint = details.hint ?? details.shellHint
    this.hintIsForShell = details.hint === undefined && details.shellHint !== undefined
  }
}

/** Bad arguments, bad settings or bad credentials: nothing was sent (exit 2). */
export class SetupError extends UserError {}

/** Set-up or a server that is not as it must be, of which `check` tells more (exit 2). */
export class DiagnosableError extends SetupError {
  override readonly diagnosable = true
}

/** One account is spared: nothing was sent for it, and the others of a batch go on (exit 2). */
export class RefusedError extends SetupError {}

/** The command was sent, or may have been, and no reply was seen (exit 4). */
export class NoReplyError extends UserError {
  override readonly exitCode = exitCodes.noReply.code
  override readonly diagnosable = true
}

/** Part of a batch failed (exit 5). */
export class PartialError extends UserError {
  override readonly exitCode = exitCodes.partial.code
}

/** stdout does not take what is written: it was closed by whoever read it, or the disk is full. The command ends at once. */
export class OutputError extends UserError {}

/** The user gave up, by Ctrl-C or at a prompt (exit 130). */
export class InterruptedError extends UserError {
  override readonly exitCode = exitCodes.interrupted.code
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it already exists',
  ELOOP: 'it is a symbolic link',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large',
  EIO: 'the disk fails',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
}
const verbs: Record<string, string> = {
  mkdir: 'create',
  stat: 'look at',
  lstat: 'look at',
  scandir: 'list',
  opendir: 'list',
  unlink: 'remove',
  rm: 'remove',
  rename: 'replace',
  fsync: 'write',
  ftruncate: 'write',
}

/**
 * Any error as users are shown it: ours as it is, one of the file system as `cannot open FILE: permission denied (EACCES)`.
 * Undefined for what is neither, a fault of this program.
 */
export function asUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  if (!(error instanceof Error) || typeof code !== 'string' || typeof syscall !== 'string') return undefined
  const what = `${verbs[syscall] ?? syscall} ${path ?? 'a file'}`
  return new SetupError(`cannot ${what}: ${reasons[code] === undefined ? code : `${reasons[code]} (${code})`}`, {
    cause: error,
  })
}

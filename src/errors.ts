/**
 * Every exit code of the program: `--help` prints this table, and main.ts chooses from it.
 */
export const exitCodes = {
  ok: { code: 0, meaning: 'success; the server replied' },
  noEffect: { code: 1, meaning: "the server replied, but the account's state shows that the command had no effect" },
  refused: { code: 2, meaning: 'invalid usage or settings, or refused; nothing was sent unless the error says so' },
  unreachable: {
    code: 3,
    meaning:
      'the homeserver could not be reached or was overloaded, or another matrix-users was busy; nothing was sent, so a script may try again',
  },
  noReply: { code: 4, meaning: 'sent, but no reply arrived in time' },
  partial: { code: 5, meaning: 'part of a batch failed' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]['code']

export interface ErrorDetails {
  /** How to fix it: one sentence, lower case, without a full stop. */
  hint?: string | undefined
  /** The hint where options or commands fix it, which only a shell has. */
  shellHint?: string | undefined
  cause?: unknown
}

/**
 * A failure that the user sees as `matrix-users: error: MESSAGE` and `hint: HINT`.
 * Messages are lower case without a full stop, name what failed and on what, and never hold a secret.
 */
export class UserError extends Error {
  readonly hint: string | undefined
  /** Whether the hint helps only at a shell. */
  readonly hintIsForShell: boolean
  readonly exitCode: ExitCode = exitCodes.refused.code
  /** Whether `matrix-users check` finds out more about the cause. */
  readonly diagnosable: boolean = false

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.hint = details.hint ?? details.shellHint
    this.hintIsForShell = details.hint === undefined && details.shellHint !== undefined
  }

  /** Its hint, for an error that is made of this one. */
  get hints(): Pick<ErrorDetails, 'hint' | 'shellHint'> {
    return this.hintIsForShell ? { shellHint: this.hint } : { hint: this.hint }
  }
}

/** Bad arguments, bad settings or bad credentials: nothing was sent (exit 2). */
export class SetupError extends UserError {}

/** The set-up or the server is not as it must be; `check` finds out more (exit 2). */
export class DiagnosableError extends SetupError {
  override readonly diagnosable = true
}

/** A command is refused for one account: nothing was sent for it, and a batch continues with the others (exit 2). */
export class RefusedError extends SetupError {}

/** Another process of this program keeps what this one needs: a later try may succeed (exit 3). */
export class BusyError extends UserError {
  override readonly exitCode = exitCodes.unreachable.code
}

/** The command was sent, or may have been, and no reply was seen (exit 4). */
export class NoReplyError extends UserError {
  override readonly exitCode = exitCodes.noReply.code
  override readonly diagnosable = true
}

/** Part of a batch failed (exit 5). */
export class PartialError extends UserError {
  override readonly exitCode = exitCodes.partial.code
}

/** stdout cannot be written: its reader closed it, or the disk is full. The command ends immediately. */
export class OutputError extends UserError {}

/** The user interrupted the command, by Ctrl-C or at a prompt (exit 130). */
export class InterruptedError extends UserError {
  override readonly exitCode = exitCodes.interrupted.code
}

/** A failure after a part was done: `done` says what, and its cause decides between InterruptedError and PartialError. */
export function afterPart(done: string, cause: UserError): UserError {
  const Kind = cause instanceof InterruptedError ? InterruptedError : PartialError
  return new Kind(`${done}: ${cause.message}`, { ...cause.hints, cause })
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
  EIO: 'the disk has failed',
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
 * An error as the user sees it: a UserError as it is, one of the file system as `cannot open FILE: permission denied (EACCES)`.
 * Undefined for anything else, which is a fault of this program.
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

import type { Caller } from '../audit/write.ts'
import type { Io } from '../system/io.ts'

/** What main.ts hands down; below it nothing touches `process`. */
export interface Context {
  io: Io
  environment: Readonly<Record<string, string | undefined>>
  /** Aborted, with the error to end with as its reason, when the program is asked to end (SIGINT, SIGTERM, SIGHUP). */
  interrupt: AbortSignal
  /** Calls back instead, the first time. */
  onStop(callback: () => void): void
  caller: Caller
  homeDir: string | undefined
  /** Effective user id; undefined where there is none (Windows). */
  userId: number | undefined
}

/** Options that every command takes. */
export interface CommonFlags {
  envFile?: string | undefined
  profile?: string | undefined
  timeout?: string | undefined
  keepReply?: boolean | undefined
  json?: boolean | undefined
}

import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SetupError } from '../../errors.ts'
import { quote } from '../../system/foreign-text.ts'
import { replaceFile, requireReplaceable } from '../../system/replace-file.ts'
import type { Target } from '../target.ts'

/** The file for failed users, which can be the input of the next run: `--failed`, else beside the input. */
export class FailedFile {
  readonly path: string
  /** Whether its name was given; else it is made from the input's. */
  readonly #named: boolean

  private constructor(path: string, named: boolean) {
    this.path = path
    this.#named = named
  }

  /**
   * undefined where there is none: accounts from the arguments or stdin, and no `--failed`. `userId`: this user. Throws
   * SetupError if it could not be written.
   */
  static choose(
    failed: string | undefined,
    from: string | undefined,
    userId: number | undefined,
  ): FailedFile | undefined {
    const beside = from === undefined || from === '-' ? undefined : `${from}.failed`
    const path = failed ?? beside
    if (path === undefined) return undefined
    if (path === '-') throw new SetupError('--failed needs a file, because stdout is for the replies: nothing was sent')
    if (from !== undefined && resolve(path) === resolve(from))
      throw new SetupError(`--failed would overwrite the users file ${quote(path)}: nothing was sent`)
    try {
      accessSync(dirname(path), constants.W_OK)
      requireReplaceable(path, userId)
    } catch (error) {
      if (error instanceof SetupError) throw error
      throw new SetupError(`cannot write the --failed file ${quote(path)}: nothing was sent`, {
        shellHint: 'name another file with --failed',
        cause: error,
      })
    }
    return new FailedFile(path, failed !== undefined)
  }

  /** Writes these, one per line as they were given. Without any, the file of an earlier run is removed, or emptied if it was named. Throws what the file system says. */
  keep(targets: readonly Target[]): void {
    if (targets.length > 0 || this.#named) replaceFile(this.path, targets.map(({ given }) => `${given}\n`).join(''))
    else if (existsSync(this.path)) rmSync(this.path)
  }
}

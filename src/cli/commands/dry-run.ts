import { type ExitCode, exitCodes } from '../../errors.ts'
import type { Io } from '../../system/io.ts'

/** Prints the messages that would be posted: each as it is, or as one JSON object a line. Gives the exit code. */
export async function showDryRun(io: Io, lines: readonly string[], json: boolean): Promise<ExitCode> {
  await io.write(lines.map((line) => `${json ? JSON.stringify({ command: line }) : line}\n`).join(''))
  return exitCodes.ok.code
}

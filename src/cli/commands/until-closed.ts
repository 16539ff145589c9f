import { OutputError } from '../../errors.ts'

/** Runs what only prints: a reader that closes the pipe, such as `head`, ends it without an error. Throws what `show` does otherwise. */
export async function untilClosed(show: () => Promise<void>): Promise<void> {
  try {
    await show()
  } catch (error) {
    const cause = error instanceof OutputError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
    if (cause?.code !== 'EPIPE') throw error
  }
}

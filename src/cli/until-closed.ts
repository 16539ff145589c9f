import { OutputError } from '../errors.ts'

/** Runs what only prints: a reader that closes the pipe, such as `head`, ends it without an error, and without a result. Throws what `show` does otherwise. */
export async function untilClosed<T>(show: () => Promise<T>): Promise<T | undefined> {
  try {
    return await show()
  } catch (error) {
    if (!(error instanceof OutputError) || !isClosedPipe(error)) throw error
    return undefined
  }
}

function isClosedPipe({ cause }: Error): boolean {
  return cause instanceof Error && ((cause as NodeJS.ErrnoException).code === 'EPIPE' || isClosedPipe(cause))
}

import { OutputError } from '../../errors.ts'

/** Does what only shows something: whoever closes the pipe, such as `head`, has seen enough. Throws what `show` does otherwise. */
export async function untilClosed(show: () => Promise<void>): Promise<void> {
  try {
    await show()
  } catch (error) {
    const cause = error instanceof OutputError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
    if (cause?.code !== 'EPIPE') throw error
  }
}

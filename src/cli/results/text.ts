import type { Io } from '../../system/io.ts'
import { underName } from './named.ts'
import type { Presenter } from './presenter.ts'
import { noteSuccess, remark } from './remarks.ts'

/** The reply on stdout as it is, everything else on stderr. */
export function textPresenter(terminal: Io, mxid?: string): Presenter {
  const io = mxid === undefined ? terminal : underName(terminal, mxid)
  return {
    botSaid: io.botSaid,
    warned: io.warn,
    replied: async ({ replyId }, bytes) => (replyId === null ? undefined : relay(io, bytes)),
    ended: async (result) => remark(io, result),
    succeeded: (command, result) => noteSuccess(io, command, result),
    async failed({ message }, stops) {
      if (!stops) io.warn(message)
    },
  }
}

/** The reply's bytes as they come, and one newline if they lack one at the end. */
async function relay(io: Io, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const newline = 10
  const decoder = io.stdoutIsTerminal ? new TextDecoder() : undefined
  let last: number | undefined
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    // Text for a terminal is escaped, which needs whole characters.
    await io.write(decoder ? decoder.decode(chunk, { stream: true }) : chunk)
    last = chunk.at(-1)
  }
  if (last !== newline) await io.write('\n')
}

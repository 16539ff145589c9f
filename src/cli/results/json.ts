import { StringDecoder } from 'node:string_decoder'
import { OutputError } from '../../errors.ts'
import type { Io } from '../../system/io.ts'
import { namedBeside } from './named.ts'
import type { ShownPassword } from './passwords.ts'
import type { Presenter } from './presenter.ts'
import { remark } from './remarks.ts'

/** One object per command: written up to the reply before a secret is redacted, then completed, whatever happens. */
export function jsonPresenter(terminal: Io, mxid?: string, passwords?: ShownPassword): Presenter {
  const io = mxid === undefined ? terminal : namedBeside(terminal, mxid)
  const user = mxid === undefined ? {} : { user: mxid }
  const started = Date.now()
  let isOpen = false
  let isFound = false
  const close = async (rest: { effect: boolean | null; redacted: boolean; elapsed_ms: number }) => {
    isOpen = false
    await io.write(`,${JSON.stringify(rest).slice(1)}\n`)
  }
  return {
    botSaid: io.botSaid,
    warned: io.warn,
    proven: () => isFound,
    succeeded: () => {},
    async replied({ line, roomId, eventId, replyId }, bytes, verdict) {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(chunk)
      const found = await passwords?.search(Buffer.concat(chunks).toString('utf8'), verdict)
      isFound = found?.kind === 'password'
      const password = found && { password: found.kind === 'password' ? found.password : null }
      const head = { ...user, command: line, room_id: roomId, event_id: eventId }
      await io.write(`${JSON.stringify(head).slice(0, -1)},"reply":`)
      if (replyId === null) await io.write('null')
      else await writeString(io, chunks)
      if (password) await io.write(`,${JSON.stringify(password).slice(1, -1)}`)
      isOpen = true
    },
    async ended(result) {
      const { effect, redaction, elapsedMs } = result
      await close({ effect, redacted: redaction.kind === 'done', elapsed_ms: elapsedMs })
      remark(io, result)
    },
    async failed(error, stops) {
      if (!stops) io.warn(error.message)
      if (error instanceof OutputError) return
      if (isOpen) await close({ effect: null, redacted: false, elapsed_ms: Date.now() - started })
      else if (mxid !== undefined) await io.write(`${JSON.stringify({ ...user, error: error.message })}\n`)
    },
  }
}

/** Writes a text as a JSON string, piece by piece: as one, a long list would be in memory several times. */
async function writeString(io: Io, chunks: readonly Uint8Array[]): Promise<void> {
  const decoder = new StringDecoder('utf8')
  const within = (text: string) => JSON.stringify(text).slice(1, -1)
  await io.write('"')
  for (const chunk of chunks) await io.write(within(decoder.write(Buffer.from(chunk))))
  await io.write(`${within(decoder.end())}"`)
}

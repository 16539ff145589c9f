import { OutputError } from '../../errors.ts'
import { collect } from '../../system/collect.ts'
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
      const text = (await collect(bytes)).toString('utf8')
      const reply = replyId === null ? null : text
      const found = await passwords?.search(text, verdict)
      isFound = found?.kind === 'password'
      const password = found && { password: found.kind === 'password' ? found.password : null }
      const head = { ...user, command: line, room_id: roomId, event_id: eventId, reply, ...password }
      await io.write(JSON.stringify(head).slice(0, -1))
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

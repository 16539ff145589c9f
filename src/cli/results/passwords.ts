import type { Session } from '../../config/session.ts'
import type { Verdict } from '../../operations/judge.ts'
import { type FoundPassword, recognisePasswords } from '../../operations/recognise-passwords.ts'
import { collect } from '../../system/collect.ts'
import type { Io } from '../../system/io.ts'
import type { Presenter } from './presenter.ts'

/** The password of one account in the reply to its command. */
export interface ShownPassword {
  /** Looks for it; where none is recognised, a warning says why. */
  search(reply: string, verdict: () => Promise<Verdict>): Promise<FoundPassword>
  /** Shows `USER_ID<tab>PASSWORD` on stdout instead of the reply. A refusal goes to stderr, so that stdout holds passwords only. */
  instead(presenter: Presenter): Presenter
}

/** The passwords of one run. */
export function passwordsOf(session: Session): (mxid: string, io: Io) => ShownPassword {
  const searchFor = recognisePasswords(session)
  return (mxid, io) => {
    const recognise = searchFor(mxid, io.warn)
    const search: ShownPassword['search'] = async (reply, verdict) => {
      const found = await recognise(reply, verdict)
      if (found.kind === 'unrecognised')
        io.warn(`${mxid}: cannot recognise the password in the reply, so the whole reply is printed (${found.reason})`)
      return found
    }
    let found: FoundPassword | undefined
    const instead = (presenter: Presenter): Presenter => ({
      ...presenter,
      proven: () => found?.kind === 'password',
      succeeded(command, result) {
        if (found?.kind !== 'unrecognised') presenter.succeeded(command, result)
      },
      async replied(head, bytes, verdict) {
        const reply = await collect(bytes)
        found = await search(reply.toString('utf8'), verdict)
        if (found.kind === 'password') return io.write(`${mxid}\t${found.password}\n`)
        if (found.kind === 'refusal') return presenter.botSaid(reply.toString('utf8'))
        await presenter.replied(head, once(reply), verdict)
      },
    })
    return { search, instead }
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

import { PasswordFinder } from '../../accounts/password-finder.ts'
import type { Session } from '../../config/session.ts'
import type { Verdict } from '../../operations/judge.ts'
import type { Io } from '../../system/io.ts'
import type { Presenter } from './presenter.ts'

/** What a reply holds: the account's new password, a password that was not recognised, or a refusal. */
export type FoundPassword = { kind: 'password'; password: string } | { kind: 'unrecognised' } | { kind: 'refusal' }

/** Looks for the password of one account in the reply to its command. */
export interface PasswordSearch {
  search(reply: string, verdict: () => Promise<Verdict>): Promise<FoundPassword>
  /** Shows `USER_ID<tab>PASSWORD` on stdout instead of the reply. A refusal goes to stderr, so that stdout holds passwords only. */
  instead(presenter: Presenter): Presenter
}

/** ms that the logins for one reply may take, and that they have at least, late in a batch. */
const mostTime = 4000
const leastTime = 1500
/** ms after the command's deadline at which they end. */
const overtime = 2500

/** The passwords of one run. */
export function passwordsOf(session: Session): (mxid: string, io: Io) => PasswordSearch {
  const finder = new PasswordFinder(session.auth, session.serverName)
  return (mxid, io) => {
    const over = Date.now() + session.settings.timeoutMs + overtime
    const search: PasswordSearch['search'] = async (reply, verdict) => {
      // Words of a refusal would be tried as passwords of an existing account.
      if ((await verdict()).effect === false) return { kind: 'refusal' }
      const now = Date.now()
      const deadline = Math.max(now + leastTime, Math.min(now + mostTime, over))
      const { password, refused, leftBehind } = await finder.find(mxid, reply, { deadline, despiteInterrupt: true })
      if (leftBehind) io.warn(`${mxid}: the session of the password check could not be ended`)
      if (password !== undefined) return { kind: 'password', password }
      const reason = refused === undefined ? 'no word in it works as a password' : refused
      io.warn(`${mxid}: cannot recognise the password in the reply, so the whole reply is printed (${reason})`)
      return { kind: 'unrecognised' }
    }
    let isFound = false
    let isUnrecognised = false
    const instead = (presenter: Presenter): Presenter => ({
      ...presenter,
      proven: () => isFound,
      succeeded(command, result) {
        if (!isUnrecognised) presenter.succeeded(command, result)
      },
      async replied(head, bytes, verdict) {
        const reply = await collect(bytes)
        const found = await search(reply.toString('utf8'), verdict)
        isFound = found.kind === 'password'
        if (found.kind === 'password') return io.write(`${mxid}\t${found.password}\n`)
        if (found.kind === 'refusal') return presenter.botSaid(reply.toString('utf8'))
        isUnrecognised = true
        await presenter.replied(head, once(reply), verdict)
      },
    })
    return { search, instead }
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts)
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

import { PasswordFinder } from '../accounts/password-finder.ts'
import type { Session } from '../config/session.ts'
import type { Verdict } from './judge.ts'

/** What a reply holds: the account's new password, none that was recognised (and why), or a refusal. */
export type FoundPassword =
  | { kind: 'password'; password: string }
  | { kind: 'unrecognised'; reason: string }
  | { kind: 'refusal' }

/** Looks for the password in the reply to one command. `verdict` asks for the command's effect. */
export type PasswordSearch = (reply: string, verdict: () => Promise<Verdict>) => Promise<FoundPassword>

/** ms that the logins for one reply may take, and that they have at least, late in a batch. */
const mostTime = 4000
const leastTime = 1500
/** ms after the command's deadline at which they end. */
const overtime = 2500

/**
 * The passwords in the replies of one run: each is the word with which a login succeeds. Gives the search for one account, to be
 * made when its command begins. Throws only InterruptedError.
 */
export function recognisePasswords(session: Session): (mxid: string, warn: (text: string) => void) => PasswordSearch {
  const finder = new PasswordFinder(session.auth, session.serverName)
  return (mxid, warn) => {
    const over = Date.now() + session.settings.timeoutMs + overtime
    return async (reply, verdict) => {
      // Words of a refusal would be tried as passwords of an existing account.
      if ((await verdict()).effect === false) return { kind: 'refusal' }
      const now = Date.now()
      const deadline = Math.max(now + leastTime, Math.min(now + mostTime, over))
      const { password, refused, leftBehind } = await finder.find(mxid, reply, { deadline, despiteInterrupt: true })
      if (leftBehind) warn(`${mxid}: the session of the password check could not be ended`)
      if (password !== undefined) return { kind: 'password', password }
      return { kind: 'unrecognised', reason: refused ?? 'no word in it works as a password' }
    }
  }
}

import type { PasswordFinder } from '../../accounts/password-finder.ts'
import type { Verdict } from '../../operations/judge.ts'
import type { WarningPage } from '../commands.ts'

/** ms that the logins for one reply may take. */
const loginTime = 4000

/** A reply's bytes as text. */
export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** The new password in a reply: the word with which a login succeeds. The words of a refusal are not tried on an account that is in use. */
export async function findPassword(
  finder: PasswordFinder,
  mxid: string,
  reply: string,
  verdict: () => Promise<Verdict>,
  { warned }: WarningPage,
): Promise<string | undefined> {
  if ((await verdict()).effect === false) return undefined
  const found = await finder.find(mxid, reply, { deadline: Date.now() + loginTime, despiteInterrupt: true })
  if (found.leftBehind) warned('the session of the password check could not be ended')
  return found.password
}

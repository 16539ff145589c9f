import type { Session } from '../../config/session.ts'
import { OutputError } from '../../errors.ts'
import { commandFor } from '../../operations/command.ts'
import { refuseOwnAccount, requireConsent } from '../../operations/consent.ts'
import type { Verdict } from '../../operations/judge.ts'
import type { Result } from '../../operations/result.ts'
import { carryOut } from '../../operations/run.ts'
import { operations } from '../../operations/table.ts'
import { resolveTarget } from '../../operations/target.ts'
import type { OperationPage } from '../commands.ts'

/** ms that the logins for one reply may take. */
const loginTime = 4000

/** Does one operation, and has its reply shown. Throws as `carryOut` does. */
export async function operate(session: Session, name: string, user: string, page: OperationPage): Promise<Result> {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error('no such operation')
  const target = resolveTarget(operation, user, session.serverName)
  refuseOwnAccount(operation, target.mxid, session.operator)
  await requireConsent(operation, [target], { yes: false, retype: async () => page.retyped() })
  let isProven = false
  return carryOut(session, commandFor(operation, session.settings.prefix, target), {
    botSaid: page.botSaid,
    warned: page.warned,
    async replied(_head, bytes, verdict) {
      const text = await collect(bytes)
      const password = operation.secret ? await findPassword(session, target.mxid, text, verdict, page) : undefined
      isProven = password !== undefined
      reached(await page.replied({ text, password }))
    },
    proven: () => isProven,
  })
}

/** The new password in a reply: the word with which a login succeeds. The words of a refusal are not tried on an account that is in use. */
async function findPassword(
  session: Session,
  mxid: string,
  reply: string,
  verdict: () => Promise<Verdict>,
  { warned }: OperationPage,
): Promise<string | undefined> {
  if ((await verdict()).effect === false) return undefined
  const { PasswordFinder } = await import('../../accounts/password.ts')
  const finder = new PasswordFinder(session.auth, session.serverName)
  const found = await finder.find(mxid, reply, { deadline: Date.now() + loginTime, despiteInterrupt: true })
  if (found.leftBehind) warned('the session of the password check could not be ended')
  return found.password
}

/** Throws OutputError where the browser has gone away, so that what it did not see is not removed. */
export function reached(isThere: boolean): void {
  if (!isThere) throw new OutputError('the browser went away before the reply was sent')
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

import type { Session } from '../../config/session.ts'
import { OutputError } from '../../errors.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { carryOut } from '../../operations/carry-out.ts'
import { refuseOwnAccount, requireConsent } from '../../operations/consent.ts'
import type { Result } from '../../operations/result.ts'
import { type Operation, operations } from '../../operations/table.ts'
import { resolveTarget } from '../../operations/target.ts'
import type { OperationPage } from '../commands.ts'
import { collect, findPassword } from './recognise-password.ts'

/** Does one operation, and has its reply shown. Throws as `carryOut` does. */
export async function operate(session: Session, name: string, user: string, page: OperationPage): Promise<Result> {
  const operation = requireOperation(name)
  const target = resolveTarget(operation, user, session.serverName)
  refuseOwnAccount(operation, target.mxid, session.operator, false)
  await requireConsent(operation, [target], { yes: false, retype: async () => page.retyped() })
  let isProven = false
  return carryOut(session, commandFor(operation, session.settings.prefix, target), {
    botSaid: page.botSaid,
    warned: page.warned,
    async replied(_head, bytes, verdict) {
      const text = await collect(bytes)
      let password: string | undefined
      if (operation.secret) {
        const { PasswordFinder } = await import('../../accounts/password-finder.ts')
        const finder = new PasswordFinder(session.auth, session.serverName)
        password = await findPassword(finder, target.mxid, text, verdict, page)
      }
      isProven = password !== undefined
      reached(await page.replied({ text, password }))
    },
    proven: () => isProven,
  })
}

export function requireOperation(name: string): Operation {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error('no such operation')
  return operation
}

/** Throws OutputError where the browser has gone away, so that what it did not see is not removed. */
export function reached(isThere: boolean): void {
  if (!isThere) throw new OutputError('the browser disconnected before the reply was sent')
}

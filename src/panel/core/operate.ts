import type { Session } from '../../config/session.ts'
import { OutputError } from '../../errors.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { carryOut } from '../../operations/carry-out.ts'
import { refuseOwnAccount, requireConsent } from '../../operations/consent.ts'
import { recognisePasswords } from '../../operations/recognise-passwords.ts'
import type { Result } from '../../operations/result.ts'
import { type Operation, operations } from '../../operations/table.ts'
import { resolveTarget } from '../../operations/target.ts'
import { collect } from '../../system/collect.ts'
import type { OperationPage } from '../commands.ts'

/** Does one operation, and has its reply shown. Throws as `carryOut` does. */
export async function operate(session: Session, name: string, user: string, page: OperationPage): Promise<Result> {
  const operation = requireOperation(name)
  const target = resolveTarget(operation, user, session.serverName)
  refuseOwnAccount(operation, target.mxid, session.operator, false)
  await requireConsent(operation, [target], { yes: false, retype: async () => page.retyped() })
  const search = operation.secret ? recognisePasswords(session)(target.mxid, page.warned) : undefined
  let password: string | undefined
  return carryOut(session, commandFor(operation, session.settings.prefix, target), {
    botSaid: page.botSaid,
    warned: page.warned,
    async replied(_head, bytes, verdict) {
      const text = (await collect(bytes)).toString('utf8')
      const found = await search?.(text, verdict)
      if (found?.kind === 'password') password = found.password
      reached(await page.replied({ text, password }))
    },
    proven: () => password !== undefined,
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

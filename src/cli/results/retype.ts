import type { Consent } from '../../operations/consent.ts'
import type { Io } from '../../system/io.ts'

/** How many accounts the question names at most. */
const named = 5

/** Asks for consent at the terminal; undefined where there is none. */
export function retypeAt(io: Io): Consent['retype'] {
  if (!io.isInteractive) return undefined
  return ({ operation, targets, expected }) => {
    const what = `${operation.summary}. This ${operation.retype}.\n`
    if (targets.length === 1) return io.ask(`${what}Type ${expected} to confirm: `)
    const shown = targets.slice(0, named).map(({ mxid }) => mxid)
    const accounts = `${shown.join(' ')}${targets.length > shown.length ? ' …' : ''}`
    return io.ask(`${what}${accounts}\nType the number of accounts (${expected}) to confirm: `)
  }
}

import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import { trimEnd } from '../system/trim.ts'
import { shown, tokensBeginning } from './beginning.ts'

/**
 * The token that a person means: alone, with the ellipsis of `invite list`, or in a registration link.
 * Throws SetupError for anything else, without repeating it: it may be a token with a mark too many.
 */
export function tokenIn(text: string): string {
  const token = trimEnd(tokenOfLink(text) ?? text, '…')
  if (/^[A-Za-z0-9._~][A-Za-z0-9._~-]{0,63}$/.test(token)) return token
  throw new SetupError('the text given as TOKEN is not a token: nothing was sent', {
    hint: 'use 1 to 64 of A-Z a-z 0-9 . _ ~ -, not starting with a dash',
  })
}

function tokenOfLink(text: string): string | undefined {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined
  return new URL(text).searchParams.get('token') ?? undefined
}

/**
 * The one saved token that is `given` or starts like it. `nothing`: what an error says that was not done. Throws SetupError where
 * none does, or several; its message does not repeat what may be a whole token.
 */
export function tokenStarting(given: string, saved: readonly string[], nothing: string): string {
  if (saved.includes(given)) return given
  const [token, ...others] = tokensBeginning(given, saved)
  if (token === undefined && saved.some((one) => one.startsWith(given)))
    throw new SetupError(`${quote(given)} is too short for the beginning of a saved invite: ${nothing}`, {
      hint: `give at least ${shown} characters of the token, as \`matrix-users invite list\` shows them`,
    })
  if (token === undefined)
    throw new SetupError(`no saved invite starts with this token: ${nothing}`, {
      hint: 'check it for typing errors (`matrix-users invite list` shows the saved invites, `matrix-users audit` those that were revoked or removed)',
    })
  if (others.length > 0)
    throw new SetupError(`${others.length + 1} saved invites start with ${quote(given)}: ${nothing}`, {
      hint: 'give more of the token (`matrix-users invite list` shows how much is enough)',
    })
  return token
}

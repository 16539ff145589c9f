import type { CommonFlags } from '../../config/context.ts'
import { openSession } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { quote } from '../../system/foreign-text.ts'
import { trimEnd } from '../../system/trim.ts'
import type { Command } from './command.ts'
import { surroundings } from './invite-surroundings.ts'

export const invitePrune: Command<CommonFlags> = {
  usage: 'prune',
  summary: 'Revoke expired invites and remove used or unknown ones from the list',
  examples: [['$0 invite prune', 'clean up without minting']],
  async run(args, context) {
    const session = await openSession(context, args)
    const { removeInvites } = await import('../../invites/saved.ts')
    const { revoke, drop, keep } = await removeInvites(session, surroundings(context))
    const figures = { revoked: revoke.length, dropped: drop.length, kept: keep.length }
    await context.io.write(`${args.json ? JSON.stringify(figures) : prunedInWords(figures)}\n`)
    return exitCodes.ok.code
  },
}

function prunedInWords({ revoked, dropped, kept }: { revoked: number; dropped: number; kept: number }): string {
  const counted = (count: number, what: string) => `${count} ${what} ${count === 1 ? 'invite' : 'invites'}`
  if (revoked + dropped === 0) return `nothing to remove: ${counted(kept, 'valid')}`
  return [
    `revoked ${counted(revoked, 'expired')}`,
    `removed ${dropped} that no longer work (used or revoked)`,
    `kept ${kept}`,
  ].join(', ')
}

export const inviteRevoke: Command<CommonFlags & { token?: string }> = {
  usage: 'revoke <token>',
  summary: 'Revoke an invite, so that it can no longer be used',
  details: ['If it was used already, the account stays: suspend or deactivate that account instead.'],
  positionals: { token: 'the token, or its first 6 or more characters as `invite list` shows them (- is stdin)' },
  examples: [
    ['$0 invite revoke Xb4kT2', 'revoke one by its beginning, as `invite list` shows it'],
    ['$0 invite revoke -', 'read the token to revoke from stdin'],
  ],
  async run(args, context) {
    // With the ellipsis that `invite list` shows.
    const given = trimEnd(args.token === '-' ? (await context.io.readStdin()).trim() : (args.token ?? ''), '…')
    if (!/^[A-Za-z0-9._~][A-Za-z0-9._~-]{0,63}$/.test(given))
      throw new SetupError(
        `${args.token === '-' ? 'the text from stdin' : quote(given)} is not a token: nothing was sent`,
        {
          hint: 'use 1 to 64 of A-Z a-z 0-9 . _ ~ -, not starting with a dash',
        },
      )
    const session = await openSession(context, args)
    const { revokeInvite } = await import('../../invites/saved.ts')
    const { shown, wasValid } = await revokeInvite(session, surroundings(context), async (invites, isValid) => {
      const saved = invites.map(({ token }) => token)
      return saved.includes(given) || (await isValid(given)) ? given : tokenStarting(given, saved)
    })
    const text = wasValid
      ? `revoked ${shown}: it can no longer be used`
      : `${shown} was already used, expired or revoked; removed from the list`
    await context.io.write(`${args.json ? JSON.stringify({ revoked: wasValid, token: shown }) : text}\n`)
    return exitCodes.ok.code
  },
}

/** The one saved token that starts like this. Throws SetupError where none does, or several. */
async function tokenStarting(given: string, saved: readonly string[]): Promise<string> {
  const { shown, tokensBeginning } = await import('../../invites/beginning.ts')
  const [token, ...others] = tokensBeginning(given, saved)
  if (token === undefined && saved.some((one) => one.startsWith(given)))
    throw new SetupError(`${quote(given)} is too short for the beginning of a saved invite: nothing was revoked`, {
      hint: `give at least ${shown} characters of the token, as \`matrix-users invite list\` shows them`,
    })
  if (token === undefined)
    throw new SetupError(
      'the server does not accept this token, and no saved invite starts with it: nothing was revoked',
      {
        hint: 'check it for typing errors (`matrix-users invite list --show` lists the saved invites)',
      },
    )
  if (others.length > 0)
    throw new SetupError(`${others.length + 1} saved invites start with ${quote(given)}: nothing was revoked`, {
      hint: 'give more of the token (`matrix-users invite list` shows how much is enough)',
    })
  return token
}

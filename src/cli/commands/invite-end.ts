import type { CommonFlags } from '../../config/context.ts'
import { openSession } from '../../config/session.ts'
import { exitCodes } from '../../errors.ts'
import type { Command } from './command.ts'
import { surroundings } from './invite-surroundings.ts'
import { tokenArgument, tokenHelp } from './invite-token.ts'

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
  if (revoked + dropped === 0)
    return `nothing to remove: ${kept} ${kept === 1 ? 'invite still works' : 'invites still work'}`
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
  positionals: { token: `${tokenHelp} (- is stdin)` },
  examples: [
    ['$0 invite revoke Xb4kT2', 'revoke one by its beginning, as `invite list` shows it'],
    ['$0 invite revoke -', 'read the token to revoke from stdin'],
  ],
  async run(args, context) {
    const given = await tokenArgument(args.token ?? '', context.io)
    const session = await openSession(context, args)
    const { revokeInvite } = await import('../../invites/saved.ts')
    const { tokenStarting } = await import('../../invites/chosen.ts')
    const { shown, wasValid } = await revokeInvite(session, surroundings(context), async (invites, isValid) => {
      const saved = invites.map(({ token }) => token)
      return saved.includes(given) || (await isValid(given))
        ? given
        : tokenStarting(given, saved, 'nothing was revoked')
    })
    const text = wasValid
      ? `revoked ${shown}: it can no longer be used`
      : `${shown} was already used, expired or revoked; removed from the list`
    await context.io.write(`${args.json ? JSON.stringify({ revoked: wasValid, token: shown }) : text}\n`)
    if (!wasValid) context.io.notice('if it was used, its account stays: suspend or deactivate that account instead')
    return exitCodes.ok.code
  },
}

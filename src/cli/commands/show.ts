import { isUserId } from '../../accounts/ids.ts'
import type { CommonFlags } from '../../config/context.ts'
import { openSession } from '../../config/session.ts'
import { exitCodes } from '../../errors.ts'
import { parseUser, requireOwn } from '../../matrix/identifiers.ts'
import type { Command } from './command.ts'

/** What the server's API says about accounts. Posts nothing. */
export const show: Command<CommonFlags & { user?: string[] }> = {
  usage: 'show <user..>',
  onlyPrints: true,
  summary: 'Show the state and display name of accounts',
  positionals: { user: 'username or user ID (alice, @alice:example.org)' },
  examples: [
    ['$0 show alice', 'see if an account is active, suspended, locked, deactivated or missing'],
    ['$0 show alice bob --json', 'print JSON for scripts'],
  ],
  async run({ user = [], json, ...flags }, context) {
    const session = await openSession(context, flags)
    const ids = [...new Set(user.map((one) => userIdOf(one, session.serverName)))]
    const { askAccounts, askDisplayNames } = await import('../../accounts/states.ts')
    const stopWaiting = context.io.waiting(() => 'asking the homeserver …')
    const [accounts, names] = await Promise.all([askAccounts(session, ids), askDisplayNames(session, ids)]).finally(
      stopWaiting,
    )
    const { writeAccounts } = await import('../results/account-rows.ts')
    const shown = accounts.map((account, at) => ({ ...account, displayName: names[at] ?? null }))
    await writeAccounts(context.io, shown, json === true)
    const missing = ids.filter((_id, at) => accounts[at]?.state === 'missing')
    for (const id of missing) context.io.warn(`no such account: ${id}`)
    return missing.length === 0 ? exitCodes.ok.code : exitCodes.noEffect.code
  },
}

/** A user ID of this server; also one of the historical grammar, which no other command accepts. */
function userIdOf(text: string, serverName: string): string {
  if (isUserId(text, serverName)) return text
  return requireOwn(parseUser(text, serverName), serverName).mxid
}

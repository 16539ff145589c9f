import type { CommonFlags, Context } from '../../config/context.ts'
import { openIdentity } from '../../config/session.ts'
import type { Commands } from '../commands.ts'
import { askDetails, askStates, listAccounts } from './accounts.ts'
import { readActivity } from './activity.ts'
import { createSeveral } from './create-several.ts'
import { inviteCommands } from './invites.ts'
import { operate } from './operate.ts'
import { Work } from './work.ts'

/** The core as the panel calls it. */
export function commandsFor(context: Context, flags: CommonFlags): Commands {
  const work = new Work(context, flags)
  const nobody = { ip: '', ua: '' }
  return {
    identity: () =>
      work.local('identity', async () => {
        const { serverName, operator, settings } = await openIdentity(context, flags)
        return { serverName, operator, inviteDays: settings.inviteTokenDays }
      }),
    listAccounts: () => work.command('list', nobody, listAccounts),
    askStates: (userIds, onProgress) => work.question('states', (session) => askStates(session, userIds, onProgress)),
    askDetails: (userId) => work.question('details', (session) => askDetails(session, userId)),
    operate: (name, user, page, visitor) =>
      work.command(name, visitor, (session) => operate(session, name, user, page)),
    createSeveral: (usernames, page, visitor) =>
      work.command('create', visitor, (session) => createSeveral(session, usernames, page)),
    ...inviteCommands(context, work),
    readActivity: (query) => work.local('activity', () => readActivity(context, flags, query)),
    settled: () => work.settled(),
    interrupt: () => work.interrupt(),
  }
}

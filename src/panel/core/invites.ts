import { createHash } from 'node:crypto'
import type { Context } from '../../config/context.ts'
import type { Session } from '../../config/session.ts'
import { SetupError } from '../../errors.ts'
import type { Invite } from '../../invites/ledger.ts'
import type { Surroundings } from '../../invites/open.ts'
import type { SavedInvite } from '../../invites/saved.ts'
import type { Limits } from '../../matrix/request.ts'
import type { Commands, WarningPage } from '../commands.ts'
import { reached } from './operate.ts'
import { failureOf, type Work } from './work.ts'

type InviteCommands = Pick<Commands, 'listInvites' | 'mintInvites' | 'takeInvite' | 'revokeInvite' | 'removeInvites'>

/** What the panel does with invites. */
export function inviteCommands(context: Context, work: Work): InviteCommands {
  const around = ({ warned }: WarningPage): Surroundings => ({ locker: context, warn: warned })
  return {
    listInvites: (page) =>
      work.question('invites', async (session) => {
        const { listInvites } = await import('../../invites/saved.ts')
        const { beginnings } = await import('../../invites/beginning.ts')
        const invites = await listInvites(session, around(page))
        const shown = beginnings(invites.map(({ token }) => token))
        const inOrder = invites.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
        return inOrder.map(({ token, ...invite }) => ({
          ...invite,
          id: idOf(token),
          beginning: shown.get(token) ?? '',
        }))
      }),
    mintInvites: (count, days, page, visitor) =>
      work.command('invite', visitor, async (session) => {
        const { mintInvites } = await import('../../invites/supply.ts')
        const { invites, failure } = await mintInvites(session, around(page), {
          count,
          days: days ?? session.settings.inviteTokenDays,
        })
        if (failure !== undefined && invites.length === 0) throw failure
        return { minted: invites.length, expires: invites[0]?.expires, failure: failure && failureOf(failure) }
      }),
    takeInvite: (page, visitor, id) =>
      work.command('invite-take', visitor, async (session) => {
        const { takeInvite } = await import('../../invites/hand-out.ts')
        await takeInvite(session, around(page), {
          choose: id === undefined ? undefined : (tokens) => tokenWith(id, tokens, 'nothing was handed out'),
          prepare: (taken, limits) => invitationOf(session, taken, limits),
          hand: async (invitation) => reached(await page.handed(invitation)),
        })
      }),
    revokeInvite: (id, page, visitor) =>
      work.command('invite-revoke', visitor, async (session) => {
        const { revokeInvite } = await import('../../invites/saved.ts')
        return revokeInvite(session, around(page), async (invites) =>
          tokenWith(
            id,
            invites.map(({ token }) => token),
            'nothing was revoked',
          ),
        )
      }),
    removeInvites: (page, visitor) =>
      work.command('invite-prune', visitor, async (session) => {
        const { removeInvites } = await import('../../invites/saved.ts')
        const { revoke, drop, keep } = await removeInvites(session, around(page))
        return { revoked: revoke.length, dropped: drop.length, kept: keep.length }
      }),
  }
}

async function invitationOf(session: Session, { token, expires }: Invite, limits: Limits) {
  const { registrationLink } = await import('../../invites/public-link.ts')
  const link = await registrationLink(session, token, limits)
  return { serverName: session.serverName, token, link, expires }
}

/** What can be handed out comes first. */
const order: readonly SavedInvite['state'][] = ['valid', 'given', 'expired', 'used or unknown']

function tokenWith(id: string, tokens: readonly string[], nothing: string): string {
  const token = tokens.find((token) => idOf(token) === id)
  if (token === undefined) throw new SetupError(`this invite is not in the list any more: ${nothing}`)
  return token
}

/** Tokens stay out of addresses and forms. */
function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}

import { Hono } from 'hono'
import { type Change, changeRoutes, type Failed } from '../change.tsx'
import type { Failure, MintedInvites } from '../commands.ts'
import type { PanelContext, PanelEnv } from '../context.ts'
import { ChangeForm } from '../pages/form.tsx'
import { InvitationView } from '../pages/invitation.tsx'
import { CreateInvitesForm, InvitesPage, InviteTable } from '../pages/invites.tsx'
import { Problem } from '../pages/problem.tsx'
import { Remarks, Verdict } from '../pages/result.tsx'
import { frameOf, keysFor, type Parts } from '../panel.ts'
import { type Show, sendPage } from '../send-page.tsx'

/** The saved invites, and what can be done with them. */
export function inviteRoutes(parts: Parts): Hono<PanelEnv> {
  const { commands, report } = parts
  const app = new Hono<PanelEnv>()
  app.get('/invites', async (c) => {
    const frame = await frameOf(c, commands)
    return sendPage(c, report, <InvitesPage frame={frame} keysFor={(action) => keysFor(c, action)} />, async (show) => {
      const remarks: string[] = []
      const invites = await commands.listInvites({ warned: (text) => void remarks.push(text) })
      if (invites.kind === 'failed') return void (await show(<Problem {...invites.failure} />))
      const keys = invites.result.map(() => keysFor(c, 'invite-revoke'))
      await show(
        <div>
          <Remarks lines={remarks} />
          <InviteTable invites={invites.result} keys={keys} />
        </div>,
      )
    })
  })
  for (const change of [mint(parts), take(parts), revoke(parts), remove(parts)])
    app.route('/', changeRoutes(parts, change))
  return app
}

function mint({ commands, guard }: Parts): Change {
  return {
    name: 'invite',
    place: 'Invites',
    heading: 'Create invites',
    about: 'Each works once. They are saved, and handed out one by one.',
    form: (c, { focus }) => (
      <CreateInvitesForm
        keys={keysFor(c, 'invite')}
        typed={{ count: typed(c, 'count'), days: typed(c, 'days') }}
        focus={focus}
      />
    ),
    async carryOut(c, _frame, show) {
      const [count, days] = [typed(c, 'count'), typed(c, 'days')]
      if (!/^[1-9]\d?$/.test(count))
        return { failure: refused('the number of invites must be from 1 to 99'), focus: 'count' }
      if (!/^([1-9]\d{0,3})?$/.test(days) || Number(days) > 3650)
        return { failure: refused('the number of days must be from 1 to 3650'), focus: 'days' }
      const remarks = new RemarkList()
      const minted = await commands.mintInvites(
        Number(count),
        days === '' ? undefined : Number(days),
        remarks,
        guard.visitor(c),
      )
      if (minted.kind === 'failed') return minted
      await show(<Verdict tone="good" text={mintedInWords(minted.result)} />)
      await show(<Remarks lines={remarks.lines} />)
      return minted.result.failure && { failure: minted.result.failure, isShown: true }
    },
  }
}

function mintedInWords({ minted, expires }: MintedInvites): string {
  const until = expires === undefined ? '' : `, valid until ${expires.toISOString().slice(0, 10)}`
  return `Created ${minted} ${minted === 1 ? 'invite' : 'invites'}${until}`
}

function take({ commands, guard }: Parts): Change {
  return {
    name: 'invite-take',
    place: 'Invites',
    heading: 'Hand out an invite',
    about: 'Shows the next one as a message, a link and a QR code, and marks it as given.',
    form: (c, { focus }) => (
      <ChangeForm action="invite-take" keys={keysFor(c, 'invite-take')} button="Hand out invite" focus={focus} />
    ),
    async carryOut(c, _frame, show) {
      let isShown = false
      const remarks = new RemarkList()
      const page = {
        warned: remarks.warned,
        handed(invitation: Parameters<typeof InvitationView>[0]) {
          isShown = true
          return show(<InvitationView {...invitation} />)
        },
      }
      const taken = await commands.takeInvite(page, guard.visitor(c))
      if (taken.kind === 'failed') return { failure: forPanel(taken.failure), isShown }
      await show(<Verdict tone="good" text="The invite is marked as given" />)
      await show(<Remarks lines={remarks.lines} />)
      return undefined
    },
  }
}

function revoke({ commands, guard }: Parts): Change {
  return {
    name: 'invite-revoke',
    place: 'Invites',
    heading: 'Revoke an invite',
    about: 'It cannot be used any more.',
    form: (c, { focus }) => (
      <ChangeForm action="invite-revoke" keys={keysFor(c, 'invite-revoke')} button="Revoke invite" danger focus={focus}>
        <input type="hidden" name="invite" value={typed(c, 'invite')} />
      </ChangeForm>
    ),
    async carryOut(c, _frame, show) {
      const remarks = new RemarkList()
      const revoked = await commands.revokeInvite(typed(c, 'invite'), remarks, guard.visitor(c))
      if (revoked.kind === 'failed') return { failure: revoked.failure, isShown: true }
      const text = revoked.result
        ? 'Revoked the invite'
        : 'The invite was already invalid, and was removed from the list'
      return done(show, text, revoked.result ? 'good' : 'neutral', remarks)
    },
  }
}

function remove({ commands, guard }: Parts): Change {
  return {
    name: 'invite-prune',
    place: 'Invites',
    heading: 'Remove used and expired invites',
    about: 'Expired ones are revoked on the server first.',
    form: (c, { focus }) => (
      <ChangeForm
        action="invite-prune"
        keys={keysFor(c, 'invite-prune')}
        button="Remove used and expired"
        focus={focus}
      />
    ),
    async carryOut(c, _frame, show) {
      const remarks = new RemarkList()
      const removed = await commands.removeInvites(remarks, guard.visitor(c))
      if (removed.kind === 'failed') return { failure: removed.failure, isShown: true }
      const { revoked, dropped, kept } = removed.result
      const text = `Revoked ${revoked} expired, removed ${dropped} used or unknown, ${kept} left`
      return done(show, text, 'good', remarks)
    },
  }
}

async function done(
  show: Show,
  text: string,
  tone: 'good' | 'neutral',
  remarks: RemarkList,
): Promise<Failed | undefined> {
  await show(<Verdict tone={tone} text={text} />)
  await show(<Remarks lines={remarks.lines} />)
  return undefined
}

class RemarkList {
  readonly lines: string[] = []
  readonly warned = (text: string): void => void this.lines.push(text)
}

function refused(message: string): Failure {
  return { message: `${message}: nothing was done`, hint: undefined, hintIsForShell: false, exitCode: 2 }
}

/** What the command line is told to do, the page above does. */
function forPanel(failure: Failure): Failure {
  return failure.hintIsForShell ? { ...failure, hint: 'Create invites first', hintIsForShell: false } : failure
}

function typed(c: PanelContext, name: string): string {
  const sent = c.get('field') as ((name: string) => string) | undefined
  return (sent?.(name) ?? '').trim()
}

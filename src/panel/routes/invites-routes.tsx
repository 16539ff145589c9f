import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { type Again, type Change, changeRoutes, type Failed } from '../change-routes.tsx'
import type { Failure, MintedInvites, WarningPage } from '../commands.ts'
import { InvitationView } from '../pages/invitation.tsx'
import {
  type InviteAction,
  InviteForm,
  InvitesPage,
  InviteTable,
  inviteWords,
  MintFields,
} from '../pages/invites-page.tsx'
import { Problem } from '../pages/problem.tsx'
import { Remarks, type Tone, VerdictLine } from '../pages/result.tsx'
import type { PanelContext, PanelEnv } from '../panel-context.ts'
import { frameOf, keysFor, type Parts, typedIn } from '../parts.ts'
import { type Show, sendPage } from '../send-page.tsx'

/** The saved invites, and what can be done with them. */
export function inviteRoutes(parts: Parts): Hono<PanelEnv> {
  const { commands, report } = parts
  const app = new Hono<PanelEnv>()
  app.get('/invites', async (c) => {
    const frame = await frameOf(c, commands)
    const page = <InvitesPage frame={frame} days={frame.inviteDays} keysFor={(action) => keysFor(c, action)} />
    return sendPage(c, report, page, async (show) => {
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
  for (const change of [mint(parts), take(parts), showAgain(parts), revoke(parts), remove(parts)])
    app.route('/', changeRoutes(parts, change))
  return app
}

/** How it ended, in a sentence; `failed` where it was not done, or not wholly. */
interface Said {
  tone?: Tone
  text?: string
  failed?: Failed | undefined
}

interface Work {
  /** The fields of its form besides the password. */
  fields?(c: PanelContext, again: Again): Child
  carryOut(c: PanelContext, page: WarningPage, show: Show): Promise<Said>
}

function inviteChange(action: InviteAction, { fields, carryOut }: Work): Change {
  return {
    name: action,
    place: 'Invites',
    ...inviteWords[action],
    form: (c, again) => (
      <InviteForm action={action} keys={keysFor(c, action)} focus={again.focus}>
        {fields?.(c, again)}
      </InviteForm>
    ),
    async carryOut(c, _frame, show) {
      const remarks: string[] = []
      const { tone = 'good', text, failed } = await carryOut(c, { warned: (line) => void remarks.push(line) }, show)
      if (text !== undefined) await show(<VerdictLine tone={tone} text={text} />)
      await show(<Remarks lines={remarks} />)
      return failed
    },
  }
}

function mint({ commands, guard }: Parts): Change {
  return inviteChange('invite', {
    fields: (c, { frame, focus }) => (
      <MintFields
        count={typedIn(c, 'count') || '1'}
        days={typedIn(c, 'days') || String(frame.inviteDays ?? '')}
        focus={focus}
      />
    ),
    async carryOut(c, page) {
      const [count, days] = [typedIn(c, 'count'), typedIn(c, 'days')]
      if (!/^[1-9]\d?$/.test(count))
        return { failed: { failure: refused('the number of invites must be from 1 to 99'), focus: 'count' } }
      if (!/^([1-9]\d{0,3})?$/.test(days) || Number(days) > 3650)
        return { failed: { failure: refused('the number of days must be from 1 to 3650'), focus: 'days' } }
      const minted = await commands.mintInvites(
        Number(count),
        days === '' ? undefined : Number(days),
        page,
        guard.visitor(c),
      )
      if (minted.kind === 'failed') return { failed: minted }
      const { failure } = minted.result
      return { text: mintedInWords(minted.result), failed: failure && { failure, isShown: true } }
    },
  })
}

function mintedInWords({ minted, expires }: MintedInvites): string {
  const until = expires === undefined ? '' : `, valid until ${expires.toISOString().slice(0, 10)}`
  return `Created ${minted} ${minted === 1 ? 'invite' : 'invites'}${until}`
}

function take(parts: Parts): Change {
  return inviteChange('invite-take', { carryOut: handOut(parts, () => undefined, 'create invites first') })
}

function showAgain(parts: Parts): Change {
  const chosen = (c: PanelContext) => typedIn(c, 'invite')
  return inviteChange('invite-show', {
    fields: (c) => <input type="hidden" name="invite" value={chosen(c)} />,
    carryOut: handOut(parts, chosen, 'look at its state in the list of invites'),
  })
}

/** Shows the invite with an id, else the next unused one. `hint`: what to do on these pages where that fails. */
function handOut(
  { commands, guard }: Parts,
  idOf: (c: PanelContext) => string | undefined,
  hint: string,
): Work['carryOut'] {
  return async (c, page, show) => {
    let isShown = false
    const handed = (invitation: Parameters<typeof InvitationView>[0]) => {
      isShown = true
      return show(<InvitationView {...invitation} />)
    }
    const taken = await commands.takeInvite({ ...page, handed }, guard.visitor(c), idOf(c))
    if (taken.kind === 'failed') return { failed: { failure: forPanel(taken.failure, hint), isShown } }
    return { text: 'The invite is marked as given' }
  }
}

function revoke({ commands, guard }: Parts): Change {
  return inviteChange('invite-revoke', {
    fields: (c) => <input type="hidden" name="invite" value={typedIn(c, 'invite')} />,
    async carryOut(c, page) {
      const revoked = await commands.revokeInvite(typedIn(c, 'invite'), page, guard.visitor(c))
      if (revoked.kind === 'failed') return { failed: { ...revoked, isShown: true } }
      const { shown, wasValid } = revoked.result
      return wasValid
        ? { text: `Revoked the invite ${shown}` }
        : { tone: 'neutral', text: `The invite ${shown} was already invalid, and was removed from the list` }
    },
  })
}

function remove({ commands, guard }: Parts): Change {
  return inviteChange('invite-prune', {
    async carryOut(c, page) {
      const removed = await commands.removeInvites(page, guard.visitor(c))
      if (removed.kind === 'failed') return { failed: { ...removed, isShown: true } }
      const { revoked, dropped, kept } = removed.result
      return { text: `Revoked ${revoked} expired, removed ${dropped} used or unknown, ${kept} left` }
    },
  })
}

function refused(message: string): Failure {
  return { message: `${message}: nothing was done`, hint: undefined, hintIsForShell: false, exitCode: 2 }
}

/** The hint of the command line, replaced by what the page above can do. */
function forPanel(failure: Failure, hint: string): Failure {
  return failure.hintIsForShell ? { ...failure, hint, hintIsForShell: false } : failure
}

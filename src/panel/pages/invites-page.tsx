import type { Child } from 'hono/jsx'
import type { InviteEntry } from '../commands.ts'
import { ChangeForm, type FieldName, type FormKeys, field } from './change-form.tsx'
import { type Frame, Later, Page } from './layout.tsx'
import { countOf, Table } from './table.tsx'

/** What can be done with invites, by the path of its form. */
export const inviteWords = {
  invite: {
    heading: 'Create invites',
    about: 'Each works once. They are saved, and handed out one by one.',
    button: 'Create invites',
  },
  'invite-take': {
    heading: 'Hand out an invite',
    about: 'Shows the next one as a message, a link and a QR code, and marks it as given.',
    button: 'Hand out invite',
  },
  'invite-show': {
    heading: 'Show an invite again',
    about: 'Shows an invite that was given, as a message, a link and a QR code.',
    button: 'Show invite',
  },
  'invite-revoke': { heading: 'Revoke an invite', about: 'It cannot be used any more.', button: 'Revoke invite' },
  'invite-prune': {
    heading: 'Remove used and expired invites',
    about: 'Expired ones are revoked on the server first.',
    button: 'Remove used and expired',
  },
} as const

export type InviteAction = keyof typeof inviteWords

interface InviteFormProps {
  action: InviteAction
  keys: FormKeys
  focus?: FieldName | undefined
  /** What it is called, where that differs from its heading. */
  label?: string
  children?: Child
}

/** The form of one of these. */
export function InviteForm({ action, keys, focus, label, children }: InviteFormProps) {
  const { heading, button } = inviteWords[action]
  const danger = action === 'invite-revoke'
  const plain = action === 'invite-prune'
  return <ChangeForm {...{ action, keys, button, focus, danger, plain, children }} label={label ?? heading} />
}

interface InvitesPageProps {
  frame: Frame
  /** For how many days an invite is valid, unless something else is asked for. */
  days: number | undefined
  /** A fresh id for a form of that action. */
  keysFor(action: InviteAction): FormKeys
}

/** What can be done with invites, and the place where the saved ones come. */
export function InvitesPage({ frame, days, keysFor }: InvitesPageProps) {
  const card = (action: InviteAction, fields?: Child) => (
    <section class="card">
      <h2>{inviteWords[action].heading}</h2>
      <p class="soft">{inviteWords[action].about}</p>
      <InviteForm action={action} keys={keysFor(action)}>
        {fields}
      </InviteForm>
    </section>
  )
  return (
    <Page frame={frame} title="Invites" place="Invites">
      <h1>Invites</h1>
      <div class="cards">
        {card('invite', <MintFields count="1" days={String(days ?? '')} focus={undefined} />)}
        {card('invite-take')}
      </div>
      <h2>Saved invites</h2>
      <div class="newest">
        <p class="waiting">Asking the server about the invites …</p>
        <Later />
      </div>
      <div class="actions">
        <details>
          <summary>
            <strong>{inviteWords['invite-prune'].heading}</strong>
            <span class="soft">{inviteWords['invite-prune'].about}</span>
          </summary>
          <InviteForm action="invite-prune" keys={keysFor('invite-prune')} />
        </details>
      </div>
    </Page>
  )
}

/** How many invites, and for how long. */
export function MintFields({ count, days, focus }: { count: string; days: string; focus: FieldName | undefined }) {
  return (
    <div class="pair">
      <label>
        How many
        <input {...field('count', focus)} type="number" min={1} max={99} value={count} inputmode="numeric" />
      </label>
      <label>
        Valid for days
        <input {...field('days', focus)} type="number" min={1} max={3650} value={days} inputmode="numeric" />
      </label>
    </div>
  )
}

/** The invites that were saved, each with its own form to revoke it. */
export function InviteTable({ invites, keys }: { invites: readonly InviteEntry[]; keys: FormKeys[] }) {
  if (invites.length === 0)
    return <p class="empty">No invites are saved. Create some above, then hand them out one by one.</p>
  const unused = invites.filter(({ state }) => state === 'valid').length
  const caption = `${unused.toLocaleString('en')} unused of ${countOf(invites.length, 'invite')}`
  return (
    <Table kind="invites" caption={caption} columns={['Invite', 'State', 'Expires', 'Given', 'Revoke']}>
      {invites.map((invite, at) => (
        <InviteRow invite={invite} keys={keys[at]} />
      ))}
    </Table>
  )
}

function InviteRow({ invite, keys }: { invite: InviteEntry; keys: FormKeys | undefined }) {
  const { id, beginning, state, expires, given } = invite
  const name = `${beginning}…`
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        <span class={`badge ${state.split(' ')[0]}`}>{state}</span>
      </td>
      <td data-label="expires">{day(expires)}</td>
      <td data-label="given">
        {day(given)}
        {state === 'given' && (
          <>
            {' '}
            <a href={`invite-show?invite=${id}`} aria-label={`Show again: ${name}`}>
              Show again
            </a>
          </>
        )}
      </td>
      <td>
        {keys && (
          <details>
            <summary aria-label={`Revoke ${name}`}>Revoke</summary>
            <InviteForm action="invite-revoke" keys={keys} label={`Revoke ${name}`}>
              <input type="hidden" name="invite" value={id} />
            </InviteForm>
          </details>
        )}
      </td>
    </tr>
  )
}

function day(time: Date | undefined): string {
  return time?.toISOString().slice(0, 10) ?? ''
}

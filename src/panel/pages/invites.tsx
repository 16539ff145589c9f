import type { SavedInvite } from '../commands.ts'
import { ChangeForm, type FieldName, type FormKeys, field } from './form.tsx'
import { type Frame, Later, Page } from './layout.tsx'

interface InvitesPageProps {
  frame: Frame
  /** A fresh id for a form of that action. */
  keysFor(action: string): FormKeys
}

/** What can be done with invites, and the place where the saved ones come. */
export function InvitesPage({ frame, keysFor }: InvitesPageProps) {
  return (
    <Page frame={frame} title="Invites" place="Invites">
      <h1>Invites</h1>
      <div class="cards">
        <section class="card" id="create">
          <h2>Create invites</h2>
          <p class="soft">Each works once. They are saved, and handed out one by one.</p>
          <CreateInvitesForm keys={keysFor('invite')} />
        </section>
        <section class="card">
          <h2>Hand out an invite</h2>
          <p class="soft">Shows the next one as a message, a link and a QR code, and marks it as given.</p>
          <ChangeForm
            action="invite-take"
            keys={keysFor('invite-take')}
            button="Hand out invite"
            label="Hand out an invite"
          />
        </section>
      </div>
      <h2>Saved invites</h2>
      <div class="newest">
        <p class="waiting">Asking the server about the invites …</p>
        <Later />
      </div>
      <details class="card">
        <summary>Remove used and expired</summary>
        <p class="soft">Expired ones are revoked on the server first.</p>
        <ChangeForm
          action="invite-prune"
          keys={keysFor('invite-prune')}
          button="Remove used and expired"
          label="Remove used and expired"
          plain
        />
      </details>
    </Page>
  )
}

interface CreateInvitesFormProps {
  keys: FormKeys
  typed?: { count: string; days: string }
  focus?: FieldName | undefined
}

export function CreateInvitesForm({ keys, typed, focus }: CreateInvitesFormProps) {
  return (
    <ChangeForm action="invite" keys={keys} button="Create invites" focus={focus} label="Create invites">
      <div class="pair">
        <label>
          How many
          <input
            {...field('count', focus)}
            type="number"
            min={1}
            max={99}
            value={typed?.count || '1'}
            inputmode="numeric"
          />
        </label>
        <label>
          Valid for days
          <input
            {...field('days', focus)}
            required={false}
            type="number"
            min={1}
            max={3650}
            value={typed?.days}
            placeholder="default"
            inputmode="numeric"
          />
        </label>
      </div>
    </ChangeForm>
  )
}

/** The invites that were saved, each with its own form to revoke it. */
export function InviteTable({ invites, keys }: { invites: readonly SavedInvite[]; keys: FormKeys[] }) {
  if (invites.length === 0) return <p class="empty">No invites are saved.</p>
  return (
    <table class="invites">
      <thead>
        <tr>
          <th scope="col">Invite</th>
          <th scope="col">State</th>
          <th scope="col">Expires</th>
          <th scope="col">Given</th>
          <th scope="col">Revoke</th>
        </tr>
      </thead>
      <tbody>
        {invites.map((invite, at) => (
          <InviteRow invite={invite} keys={keys[at]} />
        ))}
      </tbody>
    </table>
  )
}

function InviteRow({ invite, keys }: { invite: SavedInvite; keys: FormKeys | undefined }) {
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
      <td data-label="given">{day(given)}</td>
      <td>
        {keys && (
          <details>
            <summary aria-label={`Revoke ${name}`}>Revoke</summary>
            <ChangeForm action="invite-revoke" keys={keys} button="Revoke invite" danger label={`Revoke ${name}`}>
              <input type="hidden" name="invite" value={id} />
            </ChangeForm>
          </details>
        )}
      </td>
    </tr>
  )
}

function day(time: Date | undefined): string {
  return time?.toISOString().slice(0, 10) ?? ''
}

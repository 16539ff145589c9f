import type { Operation } from '../../operations/table.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { AccountDetails, ActivityEntry, Failure } from '../commands.ts'
import type { Offers } from '../offers.ts'
import { wordingOf } from '../wording.ts'
import { ActivityTable } from './activity.tsx'
import { AdminBadge, StateBadges } from './badges.tsx'
import { ChangeForm, type FormKeys, RetypeField } from './form.tsx'
import { type Frame, Later, Page } from './layout.tsx'
import { Problem } from './problem.tsx'

/** An account's id, and the place where the rest comes once the server has been asked. */
export function AccountPage({ frame, userId }: { frame: Frame; userId: string }) {
  return (
    <Page frame={frame} title={userId} place="Accounts">
      <p>
        <a href="../">← Accounts</a>
      </p>
      <h1>{userId}</h1>
      <div class="newest">
        <p class="waiting">Asking the server about this account …</p>
        <Later />
      </div>
    </Page>
  )
}

interface AccountViewProps {
  details: AccountDetails
  offers: Offers
  keysFor(operation: Operation): FormKeys
  activity: readonly ActivityEntry[]
  activityFailure: Failure | undefined
}

/** The state of an account, what can be done in it, and what was done. */
export function AccountView({ details, offers, keysFor, activity, activityFailure }: AccountViewProps) {
  const { account, displayName } = details
  return (
    <div>
      <p class="state">
        <StateBadges account={account} /> <AdminBadge account={account} />
        {displayName && <bdi class="soft">{escapeControls(displayName)}</bdi>}
      </p>
      {offers.reasons.map((reason) => (
        <p class="notice">{reason}</p>
      ))}
      <div class="cards">
        {offers.operations.map((operation) => (
          <ChangeCard operation={operation} userId={account.userId} keys={keysFor(operation)} />
        ))}
      </div>
      <section class="card">
        <h2>Activity</h2>
        {activityFailure && <Problem {...activityFailure} />}
        {activity.length === 0 ? (
          <p class="soft">Nothing is recorded for this account.</p>
        ) : (
          <>
            <ActivityTable entries={activity} root="../" />
            <p>
              <a href={`../activity?${new URLSearchParams({ user: account.userId })}`}>All activity of this account</a>
            </p>
          </>
        )}
      </section>
    </div>
  )
}

function ChangeCard({ operation, userId, keys }: { operation: Operation; userId: string; keys: FormKeys }) {
  const { heading, about, button } = wordingOf(operation)
  const retype = operation.retype !== undefined
  return (
    <section class="card">
      <h2>{heading}</h2>
      <p class="soft">{about}</p>
      <ChangeForm action={`../${operation.name}`} keys={keys} button={button} danger={retype} label={heading}>
        <input type="hidden" name="user" value={userId} />
        {retype && <RetypeField userId={userId} focus={undefined} />}
      </ChangeForm>
    </section>
  )
}

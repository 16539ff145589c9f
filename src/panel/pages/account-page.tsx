import type { Operation } from '../../operations/table.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { AccountDetails, ActivityEntry, Failure } from '../commands.ts'
import type { Offers } from '../offers.ts'
import { wordingOf } from '../operation-words.ts'
import { ActivityTable, OlderEntries } from './activity-page.tsx'
import { RoleBadges, StateBadges } from './badges.tsx'
import { ChangeForm, type FormKeys, RetypeField } from './change-form.tsx'
import { BackLink, type Frame, Later, Page } from './layout.tsx'
import { Problem } from './problem.tsx'
import { UserId } from './user-id.tsx'

/** An account's id, and the place where the rest comes once the server has been asked. */
export function AccountPage({ frame, userId }: { frame: Frame; userId: string }) {
  return (
    <Page frame={frame} title={userId} place="Accounts">
      <BackLink root="../" />
      <h1>
        <UserId userId={userId} />
      </h1>
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
  /** Whether the log goes back further. */
  activityIsCut: boolean
  activityFailure: Failure | undefined
}

/** The state of an account, what can be done in it, and what was done. */
export function AccountView({ details, offers, keysFor, activity, activityIsCut, activityFailure }: AccountViewProps) {
  const { account, displayName } = details
  const [permanent, others] = [true, false].map((isPermanent) =>
    offers.operations.filter(({ retype }) => (retype !== undefined) === isPermanent),
  )
  const actions = { userId: account.userId, keysFor }
  return (
    <div>
      <p class="state">
        <StateBadges account={account} />
        <RoleBadges account={account} isOperator={offers.isOperator} />
        {displayName && <bdi class="soft">{escapeControls(displayName)}</bdi>}
      </p>
      {offers.reasons.map((reason) => (
        <p class="notice">{reason}</p>
      ))}
      <Actions heading="Actions" operations={others ?? []} {...actions} />
      <Actions heading="Permanent actions" operations={permanent ?? []} {...actions} />
      <h2>Activity</h2>
      {activityFailure && <Problem {...activityFailure} />}
      {activity.length === 0 ? (
        <p class="empty">Nothing is recorded for this account.</p>
      ) : (
        <>
          <ActivityTable entries={activity} caption="Newest first" root="../" />
          <p class="back">
            <a href={`../activity?${new URLSearchParams({ user: account.userId })}`}>All activity of this account</a>
          </p>
        </>
      )}
      {activityIsCut && <OlderEntries />}
    </div>
  )
}

interface ActionsProps {
  heading: string
  operations: readonly Operation[]
  userId: string
  keysFor(operation: Operation): FormKeys
}

/** Operations on an account, each with its form behind it: of those that are open only one at a time. */
function Actions({ heading, operations, userId, keysFor }: ActionsProps) {
  if (operations.length === 0) return null
  return (
    <>
      <h2>{heading}</h2>
      <div class="actions">
        {operations.map((operation) => (
          <Action operation={operation} userId={userId} keys={keysFor(operation)} />
        ))}
      </div>
    </>
  )
}

function Action({ operation, userId, keys }: { operation: Operation; userId: string; keys: FormKeys }) {
  const { heading, about, button } = wordingOf(operation)
  const retype = operation.retype !== undefined
  return (
    <details name="action">
      <summary>
        <strong class={retype ? 'grave' : undefined}>{heading}</strong>
        <span class="soft">{about}</span>
      </summary>
      <ChangeForm action={`../${operation.name}`} keys={keys} button={button} danger={retype} label={heading}>
        <input type="hidden" name="user" value={userId} />
        {retype && <RetypeField userId={userId} focus={undefined} />}
      </ChangeForm>
    </details>
  )
}

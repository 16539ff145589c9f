import type { AccountFilter } from '../../accounts/account-filters.ts'
import type { Account } from '../../accounts/states.ts'
import { type AccountsQuery, pageSize, queryAddress } from '../accounts-query.ts'
import { RoleBadges, StateBadges } from './badges.tsx'
import { type Frame, Later, Page } from './layout.tsx'
import { Pager } from './pager.tsx'
import { countOf, Table } from './table.tsx'
import { UserId } from './user-id.tsx'

const labels: Readonly<Record<AccountFilter, string>> = {
  active: 'Active',
  suspended: 'Suspended',
  locked: 'Locked',
  deactivated: 'Deactivated',
  admin: 'Admins',
}

/** What can be done, how to search, and the place where the accounts come once they are listed. */
export function AccountsPage({ frame, query }: { frame: Frame; query: AccountsQuery }) {
  return (
    <Page frame={frame} title="Accounts" place="Accounts">
      <div class="heading">
        <h1>Accounts</h1>
        <div class="buttons">
          <a class="button plain" href="invites">
            Create invite
          </a>
          <a class="button" href="create">
            Create account
          </a>
        </div>
      </div>
      <search class="tools">
        <form method="get" action="./" data-search="accounts">
          <input
            type="search"
            name="q"
            value={query.search}
            aria-label="Search user IDs"
            placeholder="Search user IDs"
          />
          {query.filter && <input type="hidden" name="state" value={query.filter} />}
          <button type="submit" class="plain">
            Search
          </button>
        </form>
        <nav class="chips" aria-label="Filter by state">
          <Chip query={query} filter={undefined} label="All" />
          {(Object.keys(labels) as AccountFilter[]).map((filter) => (
            <Chip query={query} filter={filter} label={labels[filter]} />
          ))}
        </nav>
      </search>
      <p id="found" role="status" class="soft" />
      <div id="accounts" class="newest">
        <p class="waiting">Asking the server for its accounts …</p>
        <Later />
      </div>
      <p class="back">
        <a href="server-list">The server’s own list</a>
      </p>
    </Page>
  )
}

function Chip({ query, filter, label }: { query: AccountsQuery; filter: AccountFilter | undefined; label: string }) {
  return (
    <a
      class="chip"
      href={queryAddress({ ...query, filter, page: 1 })}
      aria-current={query.filter === filter ? 'true' : undefined}
    >
      {label}
    </a>
  )
}

interface AccountTableProps {
  query: AccountsQuery
  operator: string
  /** The ids of this page, of all that were found. */
  userIds: readonly string[]
  total: number
  /** By id; undefined while the server is being asked. */
  accounts: ReadonlyMap<string, Account> | undefined
}

/** One page of the accounts that were found. */
export function AccountTable({ query, operator, userIds, total, accounts }: AccountTableProps) {
  if (total === 0) return <p class="empty">No account matches.</p>
  return (
    <div>
      <Table kind="accounts" caption={countOf(total, 'account')} columns={['User ID', 'State', 'Role']}>
        {userIds.map((userId) => (
          <tr>
            <th scope="row">
              <a href={accountAddress(userId)}>
                <UserId userId={userId} />
              </a>
            </th>
            <td>
              <StateBadges account={accounts === undefined ? undefined : accounts.get(userId)} />
            </td>
            <td>
              <RoleBadges account={accounts?.get(userId)} isOperator={userId === operator} />
            </td>
          </tr>
        ))}
      </Table>
      <Pager
        name="accounts"
        page={query.page}
        size={pageSize}
        total={total}
        address={(page) => queryAddress({ ...query, page })}
      />
    </div>
  )
}

/** How far a filter by state is. */
export function ProgressLine({ known, total }: { known: number; total: number }) {
  return (
    <p class="waiting">
      Asking for the state of each account: {known.toLocaleString('en')} of {total.toLocaleString('en')} …
    </p>
  )
}

/** The page of an account, from the panel's first page. */
export function accountAddress(userId: string): string {
  return `account/${encodeURIComponent(userId).replaceAll('%40', '@').replaceAll('%3A', ':')}`
}

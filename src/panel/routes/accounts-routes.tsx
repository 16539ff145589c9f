import { Hono } from 'hono'
import { type AccountFilter, accountFilters } from '../../accounts/account-filters.ts'
import type { Account } from '../../accounts/states.ts'
import { type AccountsQuery, pageSize, parseQuery } from '../accounts-query.ts'
import type { Commands } from '../commands.ts'
import { AccountsPage, AccountTable, ProgressLine } from '../pages/accounts-page.tsx'
import { Problem } from '../pages/problem.tsx'
import { ServerList, ServerListPage } from '../pages/server-list.tsx'
import type { PanelEnv } from '../panel-context.ts'
import { frameOf, type Parts } from '../parts.ts'
import { type Show, sendPage } from '../send-page.tsx'

/** The accounts, and the server's own text of them. */
export function accountsRoutes({ commands, report }: Parts): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/', async (c) => {
    const query = parseQuery((name) => c.req.query(name))
    const frame = await frameOf(c, commands)
    return sendPage(c, report, <AccountsPage frame={frame} query={query} />, async (show) => {
      const list = await commands.listAccounts()
      if (list.kind === 'failed') return void (await show(<Problem {...list.failure} />))
      const wanted = query.search.toLowerCase()
      const found = list.result.userIds.filter((id) => id.toLowerCase().includes(wanted))
      const page = { commands, query, operator: frame.operator, found, show }
      await (query.filter === undefined ? showPage(page) : showFiltered(page, query.filter))
    })
  })
  app.get('/server-list', async (c) => {
    const frame = await frameOf(c, commands)
    return sendPage(c, report, <ServerListPage frame={frame} />, async (show) => {
      const list = await commands.listAccounts()
      await show(list.kind === 'failed' ? <Problem {...list.failure} /> : <ServerList {...list.result} />)
    })
  })
  return app
}

interface Found {
  commands: Commands
  query: AccountsQuery
  operator: string
  found: readonly string[]
  show: Show
}

/** The rows at once; their states when the server has said them. */
async function showPage({ commands, query, operator, found, show }: Found): Promise<void> {
  const rows = { query, operator, userIds: onPage(found, query), total: found.length }
  await show(<AccountTable {...rows} accounts={undefined} />)
  if (rows.userIds.length === 0) return
  const states = await commands.askStates(rows.userIds)
  if (states.kind === 'done') return void (await show(<AccountTable {...rows} accounts={byId(states.result)} />))
  await show(
    <div>
      <Problem {...states.failure} />
      <AccountTable {...rows} accounts={new Map()} />
    </div>,
  )
}

/** A filter by state asks for the state of every account, and says how far it is. */
async function showFiltered({ commands, query, operator, found, show }: Found, filter: AccountFilter): Promise<void> {
  const step = Math.max(100, Math.ceil(found.length / 20))
  await show(<ProgressLine known={0} total={found.length} />)
  const states = await commands.askStates(found, (known) => {
    if (known % step === 0) void show(<ProgressLine known={known} total={found.length} />)
  })
  if (states.kind === 'failed') return void (await show(<Problem {...states.failure} />))
  const kept = states.result.filter(accountFilters[filter])
  const userIds = onPage(kept, query).map(({ userId }) => userId)
  await show(
    <AccountTable query={query} operator={operator} userIds={userIds} total={kept.length} accounts={byId(kept)} />,
  )
}

function onPage<T>(all: readonly T[], { page }: AccountsQuery): readonly T[] {
  return all.slice((page - 1) * pageSize, page * pageSize)
}

function byId(accounts: readonly Account[]): ReadonlyMap<string, Account> {
  return new Map(accounts.map((account) => [account.userId, account]))
}

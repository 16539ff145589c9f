import { Hono } from 'hono'
import { pageNumber, pageSize } from '../accounts-query.ts'
import { ActivityPage, ActivityTable, OlderEntries } from '../pages/activity-page.tsx'
import { Pager } from '../pages/pager.tsx'
import { Problem } from '../pages/problem.tsx'
import { countOf } from '../pages/table.tsx'
import type { PanelEnv } from '../panel-context.ts'
import { frameOf, type Parts } from '../parts.ts'
import { sendPage } from '../send-page.tsx'

/** The audit log. */
export function activityRoutes({ commands, report }: Parts): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/activity', async (c) => {
    const filter = { user: (c.req.query('user') ?? '').trim(), operation: c.req.query('operation') ?? '' }
    const page = pageNumber(c.req.query('page'))
    const frame = await frameOf(c, commands)
    return sendPage(c, report, <ActivityPage frame={frame} filter={filter} />, async (show) => {
      const activity = await commands.readActivity({
        user: filter.user || undefined,
        operation: filter.operation || undefined,
        skip: (page - 1) * pageSize,
        count: pageSize,
      })
      if (activity.kind === 'failed') return void (await show(<Problem {...activity.failure} />))
      const { entries, total, isCut } = activity.result
      const address = (number: number) => `activity?${new URLSearchParams({ ...filter, page: String(number) })}`
      await show(
        <div>
          {total === 0 ? (
            <p class="empty">Nothing is recorded.</p>
          ) : (
            <ActivityTable
              entries={entries}
              caption={`${countOf(total, 'entry', 'entries')}, newest first`}
              root="./"
            />
          )}
          <Pager name="activity" page={page} size={pageSize} total={total} address={address} />
          {isCut && <OlderEntries />}
        </div>,
      )
    })
  })
  return app
}

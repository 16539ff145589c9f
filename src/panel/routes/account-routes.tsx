import { Hono } from 'hono'
import { isUserId } from '../../accounts/ids.ts'
import { offersFor } from '../offers.ts'
import { AccountPage, AccountView } from '../pages/account-page.tsx'
import { Problem } from '../pages/problem.tsx'
import type { PanelEnv } from '../panel-context.ts'
import { frameOf, keysFor, type Parts } from '../parts.ts'
import { refuse } from '../refuse.tsx'
import { sendPage } from '../send-page.tsx'

/** Entries of the audit log on the page of an account. */
const recent = 10

/** One account. */
export function accountRoutes({ commands, report }: Parts): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/account/:user', async (c) => {
    const userId = c.req.param('user')
    const frame = await frameOf(c, commands)
    if (!isUserId(userId, frame.serverName)) return refuse(404, `this is not a user ID of ${frame.serverName}`, '../')
    return sendPage(c, report, <AccountPage frame={frame} userId={userId} />, async (show) => {
      const query = { user: userId, asTarget: true, operation: undefined, skip: 0, count: recent }
      const [details, activity] = await Promise.all([commands.askDetails(userId), commands.readActivity(query)])
      if (details.kind === 'failed') return void (await show(<Problem {...details.failure} />))
      await show(
        <AccountView
          details={details.result}
          offers={offersFor(details.result.account, frame.operator)}
          keysFor={({ name }) => keysFor(c, name)}
          activity={activity.kind === 'done' ? activity.result.entries : []}
          activityIsCut={activity.kind === 'done' && activity.result.isCut}
          activityFailure={activity.kind === 'failed' ? activity.failure : undefined}
        />,
      )
    })
  })
  return app
}

import { Hono } from 'hono'
import { actions } from './actions.ts'
import type { Commands } from './commands.ts'
import type { PanelEnv, ReportError } from './context.ts'
import { formFor, serverNameOf, titleOf } from './forms.ts'
import { type Guard, refusalOf } from './guard/guard.ts'
import { isFormOf, sendOnce } from './guard/logins.ts'
import { FormPage } from './pages/form-page.tsx'
import { htmlOf } from './pages/layout.tsx'
import { refuse } from './refuse.tsx'
import { sendResult } from './result.tsx'

/** A page for each form, and what is done when it is sent. */
export function actionRoutes(guard: Guard, commands: Commands, report: ReportError): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  for (const action of actions) {
    app.get(`/${action.name}`, async (c) => {
      const form = formFor(c, action, await serverNameOf(commands))
      return c.html(htmlOf(<FormPage title={titleOf(action)} form={form} />))
    })
    app.post(`/${action.name}`, async (c) => {
      const [login, field] = [c.get('login'), c.get('field')]
      if (field('form') === '') return refuse(403, 'the form is incomplete: nothing was done')
      if (!isFormOf(login, action.name, field('form')))
        return refuse(403, 'the form is not one of this page: nothing was done')
      const answer = await guard.confirm(c)
      if (answer.kind !== 'right') {
        const { status, reason, headers } = refusalOf(answer)
        const form = { ...formFor(c, action, await serverNameOf(commands)), focus: 'password' as const }
        const page = <FormPage title={titleOf(action)} form={form} problem={`${reason}: nothing was done`} />
        return c.html(htmlOf(page), status, headers)
      }
      if (!sendOnce(login, field('form')))
        return refuse(409, 'this form was sent already: nothing was done a second time')
      return sendResult(c, commands, action, guard.visitor(c), report)
    })
  }
  return app
}

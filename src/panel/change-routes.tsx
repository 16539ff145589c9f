import { Hono } from 'hono'
import type { Child } from 'hono/jsx'
import { exitCodes } from '../errors.ts'
import type { Failure, Identity } from './commands.ts'
import { isFormOf, sendOnce } from './guard/form-ids.ts'
import { refusalOf } from './guard/guard.ts'
import type { FieldName } from './pages/change-form.tsx'
import { FormPage } from './pages/form-page.tsx'
import { type Frame, htmlOf, type Place } from './pages/layout.tsx'
import { Problem } from './pages/problem.tsx'
import { type ResultLink, ResultLinks, ResultPage } from './pages/result.tsx'
import type { PanelContext, PanelEnv } from './panel-context.ts'
import { frameOf, type Parts } from './parts.ts'
import { refuse } from './refuse.tsx'
import { type Show, sendPage } from './send-page.tsx'

/** A form again, with what was typed: `focus` is the field to be looked at. */
export interface Again {
  frame: Frame & Identity
  focus: FieldName | undefined
}

/** How a change ended that was not, or not wholly, done. */
export interface Failed {
  failure: Failure
  /** Whether something of it was shown: then the form is not offered again. */
  isShown?: boolean
  focus?: FieldName | undefined
}

/** Something that is changed by a form. */
export interface Change {
  /** The path of the form, and to which it is sent. */
  name: string
  place: Place
  heading: string
  about: string
  /** Whether its result is a table. */
  isWide?: boolean
  /** The form, with what the request holds of its fields. */
  form(c: PanelContext, again: Again): Child
  /** Does it, and shows what comes of it as it comes. */
  carryOut(c: PanelContext, frame: Frame, show: Show): Promise<Failed | undefined>
  /** Where to continue. */
  links?(c: PanelContext, frame: Frame): readonly ResultLink[]
}

/** A page for the form, and what is done when it is sent. Each form is taken once, and with the panel password only. */
export function changeRoutes({ commands, guard, report }: Parts, change: Change): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  const { name, heading, about, place } = change
  app.get(`/${name}`, async (c) => {
    const frame = await frameOf(c, commands)
    const form = change.form(c, { frame, focus: undefined })
    return c.html(htmlOf(<FormPage {...{ frame, heading, about, place, form }} />))
  })
  app.post(`/${name}`, async (c) => {
    const id = c.get('field')('form')
    if (id === '') return refuse(403, 'the form is incomplete: nothing was done')
    if (!isFormOf(c.get('login'), name, id))
      return refuse(403, 'the form does not belong to this page: nothing was done')
    const answer = await guard.confirm(c)
    const frame = await frameOf(c, commands)
    if (answer.kind !== 'right') {
      const { status, reason, headers } = refusalOf(answer)
      const form = change.form(c, { frame, focus: 'password' })
      const page = <FormPage {...{ frame, heading, about, place, form }} problem={`${reason}: nothing was done`} />
      return c.html(htmlOf(page), status, headers)
    }
    if (!sendOnce(c.get('login'), id))
      return refuse(409, 'this form was already sent: nothing was done again', frame.root, place)
    return sendPage(
      c,
      report,
      <ResultPage {...{ frame, heading, place }} isWide={change.isWide === true} />,
      async (show) => {
        const failed = await change.carryOut(c, frame, show)
        if (failed) await show(<Problem {...failed.failure} />)
        if (failed && isRefused(failed))
          await show(<div class="card">{change.form(c, { frame, focus: failed.focus })}</div>)
        await show(<ResultLinks links={change.links?.(c, frame) ?? []} back={place} />)
      },
    )
  })
  return app
}

/** Whether nothing was done, so that the form may be sent again. */
function isRefused({ failure: { exitCode }, isShown }: Failed): boolean {
  return !isShown && (exitCode === exitCodes.refused.code || exitCode === exitCodes.unreachable.code)
}

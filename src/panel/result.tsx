import type { Child } from 'hono/jsx'
import { stream } from 'hono/streaming'
import { exitCodes } from '../errors.ts'
import { escapeControls } from '../system/foreign-text.ts'
import type { Action } from './actions.ts'
import type { Commands } from './commands.ts'
import { type Done, doAction } from './do-action.tsx'
import type { PanelContext, ReportError } from './context.ts'
import { formFor, serverNameOf, titleOf } from './forms.ts'
import type { Visitor } from './guard/visitor.ts'
import { cut } from './pages/layout.tsx'
import { OutcomeView, ResultPage } from './pages/result.tsx'

/**
 * Does an action and sends its result as it comes. The reply is sent before a secret in it is redacted: to a browser that
 * has gone away nothing is shown, so nothing is redacted then. What was refused shows its form again, with what was typed.
 */
export async function sendResult(
  c: PanelContext,
  commands: Commands,
  action: Action,
  visitor: Visitor,
  report: ReportError,
): Promise<Response> {
  const field = c.get('field')
  const value = action.field === undefined ? '' : field(action.field.name).trim()
  const title = titleOf(action, escapeControls(value))
  const [before, after] = cut(<ResultPage title={title} summary={action.summary} />)
  const serverName = await serverNameOf(commands)
  c.header('content-type', 'text/html; charset=utf-8')
  return stream(
    c,
    async (out) => {
      await out.write(before)
      const show = async (part: Child) => {
        await out.write(String(part))
        return !out.aborted
      }
      const done = await doAction(commands, action, { value, retyped: () => field('retyped') }, visitor, show)
      const form = isRefused(done) ? { ...formFor(c, action, serverName), focus: done.focus } : undefined
      await show(<OutcomeView {...done} form={form} />)
      await out.write(after)
    },
    async (error) => report(error, `POST /${action.name}`),
  )
}

/** Whether nothing was done, so that the form may be sent again. */
function isRefused({ failure, isShown }: Done): boolean {
  return !isShown && (failure?.exitCode === exitCodes.refused.code || failure?.exitCode === exitCodes.unreachable.code)
}

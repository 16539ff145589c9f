import { stream } from 'hono/streaming'
import { escapeControls } from '../system/foreign-text.ts'
import type { Action } from './actions.ts'
import type { Commands, Ending, Page } from './commands.ts'
import type { PanelContext, Report } from './env.ts'
import { formFor, serverNameOf, titleOf } from './forms.ts'
import type { Visitor } from './guard/address.ts'
import { type Output, shownAs } from './output.tsx'
import type { FieldName } from './pages/form.tsx'
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
  report: Report,
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
      const output: Output = { serverName, told: {}, replied: false, serverSaid: [], remarks: [] }
      let focus: FieldName | undefined = action.field?.name
      const page: Page = {
        async write(text) {
          await out.write(shownAs(action, text, output))
          return !out.aborted
        },
        say(text, kind) {
          const said = kind === 'notice' && !output.replied ? output.serverSaid : output.remarks
          said.push(escapeControls(text))
        },
        retyped() {
          focus = 'retyped'
          return field('retyped')
        },
      }
      const ending = await run(commands, action, value, page, visitor)
      const form = ending.code === 2 && !output.replied ? { ...formFor(c, action, serverName), focus } : undefined
      await out.write((<OutcomeView {...ending} {...output} form={form} />).toString())
      await out.write(after)
    },
    async (error) => report(error, `POST /${action.name}`),
  )
}

function run(
  commands: Commands,
  { name, field, output }: Action,
  value: string,
  page: Page,
  visitor: Visitor,
): Promise<Ending> {
  if (field?.name === 'count' && !/^[1-9]\d?$/.test(value))
    return Promise.resolve({ code: 2, error: 'that is not a number from 1 to 99: nothing was done' })
  const args = { ...(field === undefined ? {} : { [field.name]: value }), json: output !== 'text' }
  return commands.run(name, args, page, visitor)
}

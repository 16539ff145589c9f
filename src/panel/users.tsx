import { stream } from 'hono/streaming'
import { escapeControls } from '../system/foreign-text.ts'
import { actions } from './actions.ts'
import type { Commands, Ending, Page } from './commands.ts'
import type { PanelContext, Report } from './env.ts'
import { formFor, serverNameOf } from './forms.ts'
import { cut } from './pages/layout.tsx'
import { Problem } from './pages/problem.tsx'
import { AccountList, UsersPage } from './pages/users.tsx'

/** Characters of the list that a page shows at most. */
const longest = 2 * 1024 * 1024

interface Listing {
  list: string
  ending: Ending
}

const underway = new WeakMap<Commands, Promise<Listing>>()

/** Sends the forms at once, and the list when it has come. */
export async function sendUsers(c: PanelContext, commands: Commands, report: Report): Promise<Response> {
  const serverName = await serverNameOf(commands)
  const { csrf } = c.get('session')
  const forms = actions.map((action) => formFor(c, action, serverName))
  const [before, after] = cut(<UsersPage serverName={serverName} csrf={csrf} forms={forms} />)
  c.header('content-type', 'text/html; charset=utf-8')
  return stream(
    c,
    async (out) => {
      await out.write(before)
      const { list, ending } = await listOnce(commands)
      const cutAt = list.length > longest ? longest : undefined
      if (ending.error === undefined)
        await out.write((<AccountList list={escapeControls(list.slice(0, longest))} cutAt={cutAt} />).toString())
      else await out.write((<Problem message={ending.error} hint={ending.hint} />).toString())
      await out.write(after)
    },
    async (error) => report(error, 'GET /'),
  )
}

/** Pages that are asked for at the same time share one question. */
function listOnce(commands: Commands): Promise<Listing> {
  const asking = underway.get(commands) ?? list(commands).finally(() => underway.delete(commands))
  underway.set(commands, asking)
  return asking
}

async function list(commands: Commands): Promise<Listing> {
  let text = ''
  const page: Page = {
    async write(part) {
      if (text.length <= longest) text += part
      return true
    },
    say: () => {},
    retyped: () => '',
  }
  const ending = await commands.run('list', {}, page, { ip: '', ua: '' })
  return { list: text, ending }
}

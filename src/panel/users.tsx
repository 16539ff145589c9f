import { stream } from 'hono/streaming'
import { escapeControls } from '../system/foreign-text.ts'
import { actions } from './actions.ts'
import type { Commands, Ended, OperationPage } from './commands.ts'
import type { PanelContext, ReportError } from './context.ts'
import { formFor, serverNameOf } from './forms.ts'
import { cut } from './pages/layout.tsx'
import { Problem } from './pages/problem.tsx'
import { AccountList, UsersPage } from './pages/users.tsx'

/** Characters of the list that a page shows at most. */
const longest = 2 * 1024 * 1024

interface Listing {
  list: string
  ended: Ended<unknown>
}

const underway = new WeakMap<Commands, Promise<Listing>>()

/** Sends the forms at once, and the list when it has come. */
export async function sendUsers(c: PanelContext, commands: Commands, report: ReportError): Promise<Response> {
  const serverName = await serverNameOf(commands)
  const { csrf } = c.get('login')
  const forms = actions.map((action) => formFor(c, action, serverName))
  const [before, after] = cut(<UsersPage serverName={serverName} csrf={csrf} forms={forms} />)
  c.header('content-type', 'text/html; charset=utf-8')
  return stream(
    c,
    async (out) => {
      await out.write(before)
      const { list, ended } = await listOnce(commands)
      const cutAt = list.length > longest ? longest : undefined
      if (ended.kind === 'done')
        await out.write((<AccountList list={escapeControls(list.slice(0, longest))} cutAt={cutAt} />).toString())
      else await out.write((<Problem {...ended.failure} />).toString())
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
  const decoder = new TextDecoder()
  const page: OperationPage = {
    async replied(bytes) {
      for await (const part of bytes) if (text.length <= longest) text += decoder.decode(part, { stream: true })
      return true
    },
    botSaid: () => {},
    warned: () => {},
    retyped: () => '',
  }
  const ended = await commands.operate('list', '', page, { ip: '', ua: '' })
  return { list: text, ended }
}

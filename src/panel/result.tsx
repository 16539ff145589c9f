import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import { invitationText } from '../invites/message.ts'
import { escapeControls } from '../io.ts'
import type { Action } from './actions.ts'
import type { Commands, Ending } from './commands.ts'
import { cut } from './pages/layout.tsx'
import { Copyable, InvitationView, OutcomeView, ResultPage } from './pages/result.tsx'

/** What a page knows of a command besides its reply. */
interface Told {
  effect?: boolean | null
  redacted?: boolean
}

/**
 * Does an action and sends its result as it comes. The reply is sent before a secret in it is redacted: to a browser that
 * has gone away nothing is shown, so nothing is redacted then.
 */
export async function sendResult(
  c: Context,
  commands: Commands,
  action: Action,
  field: (name: string) => string,
  caller: { ip: string; ua: string },
): Promise<Response> {
  const value = action.field === undefined ? '' : field(action.field.name).trim()
  const what = `${action.name.replaceAll('-', ' ')} ${escapeControls(value)}`.trim()
  const [before, after] = cut(<ResultPage what={what} summary={action.summary} />)
  const serverName = await commands.serverName().catch(() => '')
  c.header('content-type', 'text/html; charset=utf-8')
  return stream(c, async (out) => {
    await out.write(before)
    const told: Told = {}
    const remarks: string[] = []
    const page = {
      async write(text: string) {
        await out.write(show(action, text, told, serverName))
        return !out.aborted
      },
      say: (text: string) => void remarks.push(escapeControls(text)),
      retyped: field('retyped'),
    }
    const ending = await run(commands, action, value, page, caller)
    await out.write((<OutcomeView {...ending} {...told} remarks={remarks} />).toString())
    await out.write(after)
  })
}

function run(
  commands: Commands,
  { name, field, output }: Action,
  value: string,
  page: Parameters<Commands['run']>[2],
  caller: { ip: string; ua: string },
): Promise<Ending> {
  if (field?.name === 'count' && !/^[1-9]\d?$/.test(value))
    return Promise.resolve({ code: 2, error: 'that is not a number from 1 to 99: nothing was done' })
  const args = { ...(field === undefined ? {} : { [field.name]: value }), json: output !== 'text' }
  return commands.run(name, args, page, caller)
}

/** A piece of the command's output as HTML. An operation's JSON comes in two pieces: up to the reply, and what is known after it. */
function show({ output }: Action, text: string, told: Told, serverName: string): string {
  if (output === 'text') return (<Copyable id="reply" label="Result" text={escapeControls(text)} />).toString()
  if (output === 'invite') {
    const { token, link, expires } = JSON.parse(text) as { token: string; link: string | null; expires: string | null }
    const message = invitationText({
      serverName,
      token,
      link: link ?? undefined,
      expires: expires === null ? undefined : new Date(expires),
    })
    return (<InvitationView message={message} token={token} link={link} />).toString()
  }
  if (text.startsWith('{')) {
    const { reply } = JSON.parse(`${text}}`) as { reply: string }
    return (<Copyable id="reply" label="The server’s reply" text={escapeControls(reply)} />).toString()
  }
  Object.assign(told, pick(JSON.parse(`{${text.slice(1)}`)))
  return ''
}

function pick({ effect, redacted }: Told): Told {
  return { ...(effect === undefined ? {} : { effect }), ...(redacted === undefined ? {} : { redacted }) }
}

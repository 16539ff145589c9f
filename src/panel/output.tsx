import { invitationText } from '../invites/message.ts'
import { escapeControls } from '../system/foreign-text.ts'
import type { Action } from './actions.ts'
import { Copyable, InvitationView } from './pages/result.tsx'

/** What has come of a command so far, besides what was shown of it. */
export interface Output {
  serverName: string
  told: { effect?: boolean | null; redacted?: boolean }
  /** Whether anything was shown of it. */
  replied: boolean
  /** Lines of the bot that are no reply to the command. */
  serverSaid: string[]
  remarks: string[]
}

/** A piece of a command's output as HTML. An operation's JSON comes in two pieces: up to the reply, and what is known after it. */
export function shownAs(action: Action, text: string, output: Output): string {
  output.replied = true
  if (action.output === 'text')
    return (<Copyable id="reply" label="Result" name="result" text={escapeControls(text)} />).toString()
  if (action.output === 'invite') return invitation(text, output.serverName)
  if (text.startsWith('{')) {
    const { reply } = JSON.parse(`${text}}`) as { reply: string }
    return (<Copyable id="reply" label="The server’s reply" name="reply" text={escapeControls(reply)} />).toString()
  }
  const { effect, redacted } = JSON.parse(`{${text.slice(1)}`) as Required<Output['told']>
  output.told = { effect, redacted }
  return ''
}

function invitation(text: string, serverName: string): string {
  const { token, link, expires } = JSON.parse(text) as { token: string; link: string | null; expires: string | null }
  const message = invitationText({
    serverName,
    token,
    link: link ?? undefined,
    expires: expires === null ? undefined : new Date(expires),
  })
  return (<InvitationView message={message} token={token} link={link} />).toString()
}

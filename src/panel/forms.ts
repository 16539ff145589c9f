import type { Action } from './actions.ts'
import type { Commands } from './commands.ts'
import type { PanelContext } from './context.ts'
import { formId } from './guard/logins.ts'
import type { Form } from './pages/form.tsx'

/** A form of an action for whoever is logged in: empty, or with what was sent. */
export function formFor(c: PanelContext, action: Action, serverName: string): Form {
  const login = c.get('login')
  return { action, serverName, csrf: login.csrf, id: formId(login, action.name), typed: typedIn(c.get('field')) }
}

/** An action in words, with whom it is about. */
export function titleOf({ name }: Action, value = ''): string {
  return `${name.replaceAll('-', ' ')} ${value}`.trim()
}

/** The server's name, for what is shown. A set-up that is wrong is told where something is asked of the server. */
export function serverNameOf(commands: Commands): Promise<string> {
  return commands.serverName().catch(() => 'a server that is not set up')
}

/** Never the password. */
function typedIn(field: ((name: string) => string) | undefined): Record<string, string> {
  const names = field === undefined ? [] : ['user', 'count', 'retyped']
  return Object.fromEntries(names.map((name) => [name, field?.(name) ?? '']))
}

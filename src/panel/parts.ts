import type { Commands, Identity } from './commands.ts'
import { formId } from './guard/form-ids.ts'
import type { Guard } from './guard/guard.ts'
import type { FormKeys } from './pages/change-form.tsx'
import type { Frame } from './pages/layout.tsx'
import type { PanelContext, ReportError } from './panel-context.ts'

/** What the routes of the panel have in common. */
export interface Parts {
  commands: Commands
  guard: Guard
  report: ReportError
}

/** What stands around every page. A wrong set-up is reported where the server is asked something. */
export async function frameOf(c: PanelContext, commands: Commands): Promise<Frame & Identity> {
  const identity = await commands.identity()
  const { serverName, operator, inviteDays } = identity.kind === 'done' ? identity.result : unknown
  return { root: rootOf(c), serverName, operator, inviteDays, csrf: c.get('login').csrf }
}

const unknown: Identity = { serverName: 'Server not set up', operator: '', inviteDays: undefined }

/** The way from the page that is asked for to the panel's first one. */
export function rootOf(c: PanelContext): Frame['root'] {
  return c.req.path.split('/').length > 2 ? '../' : './'
}

/** What a form of an action must bring back. */
export function keysFor(c: PanelContext, action: string): FormKeys {
  const login = c.get('login')
  return { csrf: login.csrf, id: formId(login, action) }
}

/** What a field holds in the form that was sent; where a form is only shown, what the address says for it. */
export function asTyped(c: PanelContext, name: string): string {
  const sent = c.get('field') as ((name: string) => string) | undefined
  return sent === undefined ? (c.req.query(name) ?? '') : sent(name)
}

/** The same without blanks around it. */
export function typedIn(c: PanelContext, name: string): string {
  return asTyped(c, name).trim()
}

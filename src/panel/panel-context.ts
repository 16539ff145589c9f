import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Login } from './guard/logins.ts'

/** What the panel's handlers find in their context. */
export interface PanelEnv {
  Bindings: HttpBindings
  Variables: {
    /** Behind the login. */
    login: Login
    /** Gives a field of the form that was sent; a file or a missing one counts as empty. */
    field: (name: string) => string
  }
}

export type PanelContext = Context<PanelEnv>

/** Reports an unexpected error at `at`, on stderr. */
export type ReportError = (error: unknown, at: string) => void

import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import type { PanelEnv } from './env.ts'
import { readForm } from './guard/form.ts'
import { type Gate, refusalOf } from './guard/gate.ts'
import type { Sessions } from './guard/sessions.ts'
import { htmlOf } from './pages/layout.tsx'
import { LoginPage } from './pages/login.tsx'
import { refuse } from './refuse.tsx'

export const cookieName = 'matrix_users_session'

/** Logging in. */
export function loginRoutes(gate: Gate, sessions: Sessions, secure: boolean): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/login', (c) => c.html(htmlOf(<LoginPage closed={gate.passwordHash === undefined} />)))
  app.post('/login', readForm(refuse), async (c) => {
    const answer = await gate.logIn(c)
    if (answer.kind === 'right') {
      setCookie(c, cookieName, sessions.open(answer.passwordHash), {
        httpOnly: true,
        sameSite: 'Lax',
        secure,
        path: '/',
      })
      return c.redirect('./', 303)
    }
    const { status, reason, headers } = refusalOf(answer)
    return c.html(htmlOf(<LoginPage closed={answer.kind === 'closed'} problem={reason} />), status, headers)
  })
  return app
}

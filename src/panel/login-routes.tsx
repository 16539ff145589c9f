import { Hono } from 'hono'
import type { PanelEnv } from './env.ts'
import type { Cookies } from './guard/cookies.ts'
import { deviceCookie } from './guard/device-cookie.ts'
import { readForm } from './guard/form.ts'
import { type Gate, refusalOf } from './guard/gate.ts'
import type { Sessions } from './guard/sessions.ts'
import { htmlOf } from './pages/layout.tsx'
import { LoginPage } from './pages/login.tsx'
import { refuse } from './refuse.tsx'

/** Logging in. */
export function loginRoutes(gate: Gate, sessions: Sessions, cookies: Cookies, now: () => number): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/login', (c) => c.html(htmlOf(<LoginPage closed={gate.passwordHash === undefined} />)))
  app.post('/login', readForm(refuse), async (c) => {
    const answer = await gate.logIn(c)
    if (answer.kind === 'right') {
      const { passwordHash } = answer
      cookies.set(c, sessions.open(passwordHash), deviceCookie(passwordHash, now()))
      return c.redirect('./', 303)
    }
    const { status, reason, headers } = refusalOf(answer)
    return c.html(htmlOf(<LoginPage closed={answer.kind === 'closed'} problem={reason} />), status, headers)
  })
  return app
}

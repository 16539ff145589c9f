import { Hono } from 'hono'
import type { Cookies } from '../guard/cookies.ts'
import { deviceCookie } from '../guard/device-cookie.ts'
import { type Guard, refusalOf } from '../guard/guard.ts'
import type { Logins } from '../guard/logins.ts'
import { readForm } from '../guard/read-form.ts'
import { htmlOf } from '../pages/layout.tsx'
import { LoginPage } from '../pages/login-page.tsx'
import type { PanelEnv } from '../panel-context.ts'
import { refuse } from '../refuse.tsx'

/** Logging in. */
export function loginRoutes(guard: Guard, logins: Logins, cookies: Cookies, now: () => number): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  app.get('/login', (c) => c.html(htmlOf(<LoginPage closed={guard.passwordHash === undefined} />)))
  app.post('/login', readForm(refuse), async (c) => {
    const answer = await guard.logIn(c)
    if (answer.kind === 'right') {
      const { passwordHash } = answer
      cookies.set(c, logins.open(passwordHash), deviceCookie(passwordHash, now()))
      return c.redirect('./', 303)
    }
    const { status, reason, headers } = refusalOf(answer)
    return c.html(htmlOf(<LoginPage closed={answer.kind === 'closed'} problem={reason} />), status, headers)
  })
  return app
}

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { asUserError } from '../errors.ts'
import { internalError } from '../system/internal-error.ts'
import { Cookies } from './guard/cookies.ts'
import { Guard } from './guard/guard.ts'
import { Logins } from './guard/logins.ts'
import { readForm } from './guard/read-form.ts'
import { sameOrigin } from './guard/same-origin.ts'
import { sameText } from './guard/same-text.ts'
import { keepAccounts } from './keep-accounts.ts'
import type { PanelEnv } from './panel-context.ts'
import type { PanelOptions } from './panel-options.ts'
import { rootOf } from './parts.ts'
import { refuse } from './refuse.tsx'
import { operationRoutes } from './routes/account-changes.tsx'
import { accountRoutes } from './routes/account-routes.tsx'
import { accountsRoutes } from './routes/accounts-routes.tsx'
import { activityRoutes } from './routes/activity-routes.tsx'
import { inviteRoutes } from './routes/invites-routes.tsx'
import { loginRoutes } from './routes/login-routes.tsx'
import { severalRoutes } from './routes/several-routes.tsx'

declare const __PANEL_STYLE__: string
declare const __PANEL_SCRIPT__: string

/** Bytes. 500 usernames, the longest form, take at most 36 KiB. */
const bodyMost = 64 * 1024

/** Every route of the panel, behind its guard. `port`: the one it listens on. */
export function createApp(options: PanelOptions, port: number): Hono<PanelEnv> {
  const now = () => Date.now()
  const logins = new Logins(options.idleMs, now)
  const cookies = new Cookies(port, options.secureCookie)
  const guard = new Guard({ ...options, now }, cookies)
  const app = new Hono<PanelEnv>()
  const report = (error: unknown, at: string) => options.fail(asUserError(error)?.message ?? internalError(error, at))

  app.use(headers)
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  app.use(sameOrigin(options, (reason) => refuse(403, reason)))
  app.use(bodyLimit({ maxSize: bodyMost, onError: () => refuse(413, 'the form is too large: nothing was done') }))
  app.onError((error, c) => {
    // A body that breaks off is not a fault of the panel, and the answer has no reader.
    if (!c.env.incoming.socket.destroyed) report(error, `${c.req.method} ${c.req.routePath}`)
    return refuse(500, 'internal error: see the output of `matrix-users panel`', rootOf(c))
  })
  app.notFound((c) => refuse(404, 'there is no such page', rootOf(c)))

  app.get('/style.css', (c) => c.body(__PANEL_STYLE__, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/page.js', (c) => c.body(__PANEL_SCRIPT__, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.route('/', loginRoutes(guard, logins, cookies, now))

  app.use(async (c, next) => {
    const login = logins.find(cookies.login(c), guard.passwordHash)
    if (login === undefined)
      return c.req.method === 'GET'
        ? c.redirect(`${rootOf(c)}login`, 303)
        : refuse(403, 'the login has ended: nothing was done')
    c.set('login', login)
    return next()
  })
  app.on('POST', '*', readForm(refuse), async (c, next) => {
    if (!sameText(c.get('field')('csrf'), c.get('login').csrf))
      return refuse(403, 'the form belongs to another login: nothing was done')
    return next()
  })
  app.post('/leave', (c) => {
    logins.close(cookies.login(c))
    cookies.endLogin(c)
    return c.redirect('login', 303)
  })
  const parts = { commands: keepAccounts(options.commands, now), guard, report }
  for (const routes of [accountsRoutes, accountRoutes, operationRoutes, severalRoutes, inviteRoutes, activityRoutes])
    app.route('/', routes(parts))
  return app
}

/** `same-origin`, since with `no-referrer` Chromium sends `Origin: null` on forms. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
})

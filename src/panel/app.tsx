import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { actions } from './actions.ts'
import { callerOf } from './guard/address.ts'
import { type Answer, Doorkeeper } from './guard/doorkeeper.ts'
import { sameOrigin } from './guard/hosts.ts'
import { type Session, Sessions, sameText, sendOnce } from './guard/sessions.ts'
import type { PanelOptions } from './main.ts'
import { LoginPage } from './pages/login.tsx'
import { RefusalPage } from './pages/refusal.tsx'
import { sendResult } from './result.tsx'
import { sendUsers } from './users.tsx'

declare const __PANEL_STYLE__: string
declare const __PANEL_SCRIPT__: string

const cookieName = 'matrix_users_session'
/** Bytes. The longest form is far below it. */
const bodyMost = 16 * 1024

/** Every route of the panel, behind its guard. */
export function createApp(options: PanelOptions): Hono<{ Variables: { session: Session } }> {
  const sessions = new Sessions(options.idleMs)
  const doorkeeper = new Doorkeeper(options.dataDir)
  const app = new Hono<{ Variables: { session: Session } }>()
  const refuse = (status: 403 | 404 | 409 | 413 | 422 | 429 | 500, reason: string, headers = {}) =>
    new Response(`<!doctype html>${(<RefusalPage reason={reason} />).toString()}`, {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    })

  app.use(headers)
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  app.use(sameOrigin(options.adminHost, (reason) => refuse(403, reason)))
  app.use(bodyLimit({ maxSize: bodyMost, onError: () => refuse(413, 'the form is too large') }))
  app.onError(() => refuse(500, 'this is a defect of matrix-users'))
  app.notFound(() => refuse(404, 'there is no such page'))

  app.get('/style.css', (c) => c.body(__PANEL_STYLE__, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/page.js', (c) => c.body(__PANEL_SCRIPT__, 200, { 'content-type': 'text/javascript; charset=utf-8' }))

  app.get('/login', (c) => c.html(<LoginPage closed={doorkeeper.passwordHash === undefined} />))
  app.post('/login', async (c) => {
    const { password } = await c.req.parseBody()
    const answer = await doorkeeper.ask(callerOf(c).ip, text(password))
    if (answer.kind === 'locked') c.header('retry-after', String(answer.seconds))
    if (answer.kind !== 'right')
      return c.html(
        <LoginPage closed={answer.kind === 'closed'} problem={describe(answer)} />,
        answer.kind === 'locked' ? 429 : 403,
      )
    setCookie(c, cookieName, sessions.open(answer.passwordHash), {
      httpOnly: true,
      sameSite: 'Lax',
      secure: options.secureCookie,
      path: '/',
    })
    return c.redirect('./', 303)
  })

  app.use(async (c, next) => {
    const session = sessions.find(getCookie(c, cookieName), doorkeeper.passwordHash)
    if (session === undefined)
      return c.req.method === 'GET' ? c.redirect('login', 303) : refuse(403, 'the login has ended: nothing was done')
    c.set('session', session)
    return next()
  })
  app.get('/', (c) => sendUsers(c, options.commands))
  app.on('POST', ['/leave', ...actions.map(({ name }) => `/${name}`)], async (c, next) => {
    const { csrf } = await c.req.parseBody()
    if (!sameText(text(csrf), c.get('session').csrf))
      return refuse(403, 'the form is not of this login: nothing was done')
    return next()
  })
  app.post('/leave', (c) => {
    sessions.close(getCookie(c, cookieName))
    deleteCookie(c, cookieName, { path: '/' })
    return c.redirect('login', 303)
  })
  for (const action of actions) {
    app.get(`/${action.name}`, (c) => c.redirect('./', 303))
    app.post(`/${action.name}`, async (c) => {
      const { form, password, ...fields } = await c.req.parseBody()
      const caller = callerOf(c)
      const answer = await doorkeeper.ask(caller.ip, text(password))
      if (answer.kind !== 'right')
        return refuse(answer.kind === 'locked' ? 429 : 403, `${describe(answer)}: nothing was done`)
      if (!sendOnce(c.get('session'), text(form)))
        return refuse(409, 'this form was sent already: nothing was done a second time')
      return sendResult(c, options.commands, action, (name) => text(fields[name]), caller)
    })
  }
  return app
}

/** `same-origin`, since with `no-referrer` Chromium sends `Origin: null` on forms. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
})

function describe(answer: Answer): string {
  if (answer.kind === 'locked') return `too many wrong passwords: try again in ${answer.seconds} s`
  return answer.kind === 'closed' ? 'no password is set' : 'the password is wrong'
}

/** A field of a form; a file, a repeated or a missing one counts as empty. */
function text(field: unknown): string {
  return typeof field === 'string' ? field : ''
}

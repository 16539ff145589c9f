import type { MiddlewareHandler } from 'hono'

/** Under which names the panel is asked. */
export interface Names {
  /** The name that browsers use behind a reverse proxy. */
  adminHost: string | undefined
  /** Whether they reach that name over https only. */
  secureCookie: boolean
}

/**
 * Lets a request through only under a name of this machine or `adminHost`, and only from a page of that same name: a foreign
 * page can neither send a form here nor reach us under a name of its own (DNS rebinding).
 */
export function sameOrigin(names: Names, refuse: (reason: string) => Response): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase() ?? ''
    const proxied = isAdminHost(host, names.adminHost)
    if (!isLoopbackName(host) && !proxied) return refuse('this page is not served under that name')
    const origin = c.req.header('origin')
    if (origin !== undefined && !(proxied ? isOfAdminHost(origin, names) : hostOf(origin) === host))
      return refuse('the request comes from another page')
    const site = c.req.header('sec-fetch-site')
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!reads && site !== undefined && site !== 'same-origin' && site !== 'none')
      return refuse('the request comes from another page')
    return next()
  }
}

/** Whether a Host header is the name behind the proxy. Some proxies write out the scheme's port. */
export function isAdminHost(host: string | undefined, adminHost: string | undefined): boolean {
  return adminHost !== undefined && withoutUsualPort(host ?? '') === withoutUsualPort(adminHost)
}

function isOfAdminHost(origin: string, { adminHost, secureCookie }: Names): boolean {
  return isAdminHost(hostOf(origin), adminHost) && (!secureCookie || origin.toLowerCase().startsWith('https:'))
}

function withoutUsualPort(host: string): string {
  return host.toLowerCase().replace(/:(80|443)$/, '')
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host)
}

/** Host and port of an origin; undefined for `null`, which pages in a sandbox send. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

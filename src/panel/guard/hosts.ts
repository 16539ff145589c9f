import type { MiddlewareHandler } from 'hono'

/**
 * Lets a request through only under a name of this machine or `adminHost`, and only from a page of that same name: a foreign
 * page can neither send a form here nor reach us under a name of its own (DNS rebinding).
 */
export function sameOrigin(adminHost: string | undefined, refuse: (reason: string) => Response): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase() ?? ''
    if (!isLoopbackName(host) && host !== adminHost?.toLowerCase())
      return refuse('this page is not served under that name')
    const origin = c.req.header('origin')
    if (origin !== undefined && hostOf(origin) !== host) return refuse('the request comes from another page')
    const site = c.req.header('sec-fetch-site')
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!reads && site !== undefined && site !== 'same-origin' && site !== 'none')
      return refuse('the request comes from another page')
    return next()
  }
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host)
}

/** Host and port of an origin; undefined for `null`, which pages in a sandbox send. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

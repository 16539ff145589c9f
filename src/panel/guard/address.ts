import { isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** Who asks: the address behind a proxy on this machine, else that of the connection; and the browser's name for itself. */
export function callerOf(c: Context): { ip: string; ua: string } {
  const direct = getConnInfo(c).remote.address ?? ''
  // The last hop is what the proxy itself saw; those before it are whatever the client claimed.
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return { ip: isIP(forwarded) ? forwarded : direct, ua: (c.req.header('user-agent') ?? '').slice(0, 200) }
}

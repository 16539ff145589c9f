import { isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { PanelContext } from '../env.ts'
import { isAdminHost } from './hosts.ts'

export interface Visitor {
  /** The address behind the proxy, else that of the connection. */
  ip: string
  /** The browser's name for itself. */
  ua: string
}

/** Who asks. X-Forwarded-For is believed only where a proxy must have set it: anyone on this machine can claim one. */
export function visitorOf(c: PanelContext, adminHost: string | undefined): Visitor {
  const direct = getConnInfo(c).remote.address ?? ''
  const ua = (c.req.header('user-agent') ?? '').slice(0, 200)
  if (!isProxied(c, adminHost)) return { ip: direct, ua }
  // The last hop is what the proxy itself saw; those before it are whatever the client claimed.
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return { ip: isIP(forwarded) ? forwarded : direct, ua }
}

/** Whether a request came through the reverse proxy. */
export function isProxied(c: PanelContext, adminHost: string | undefined): boolean {
  return isAdminHost(c.req.header('host'), adminHost)
}

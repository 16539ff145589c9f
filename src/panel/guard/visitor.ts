import { isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Visitor } from '../commands.ts'
import type { PanelContext } from '../panel-context.ts'
import { sameText } from './same-text.ts'

/** The header in which the reverse proxy shows its secret. */
const proxyHeader = 'x-panel-proxy-secret'

/** The address behind the proxy, else that of the connection, and the browser's name for itself. X-Forwarded-For counts only together with the proxy's secret: anyone on this machine can claim an address. */
export function visitorOf(c: PanelContext, proxySecret: string | undefined): Visitor {
  const direct = getConnInfo(c).remote.address ?? ''
  const ua = (c.req.header('user-agent') ?? '').slice(0, 200)
  if (proxySecret === undefined || !sameText(c.req.header(proxyHeader) ?? '', proxySecret)) return { ip: direct, ua }
  // The last hop is what the proxy itself saw; those before it are whatever the client claimed.
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return { ip: isIP(forwarded) ? forwarded : direct, ua }
}

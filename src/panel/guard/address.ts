import { isIP, isIPv6 } from 'node:net'
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

/**
 * Whose guesses are counted together: an IPv4 address, or the first 64 bits of an IPv6 one, all the rest of which a single
 * customer has to choose from.
 */
export function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? []
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0)
  const groups = [...(before ?? []), ...Array<string>(zeros).fill('0'), ...(after ?? [])]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Whether a request came through the reverse proxy. */
export function isProxied(c: PanelContext, adminHost: string | undefined): boolean {
  return isAdminHost(c.req.header('host'), adminHost)
}

import type { Settings } from './settings.ts'

/** What is wrong where a reverse proxy offers the panel and does not prove that it is the proxy. */
export function proxyWarning({ adminHost, proxySecret }: Settings): string | undefined {
  if (adminHost === undefined || proxySecret !== undefined) return undefined
  return 'ADMIN_HOST is set without ADMIN_PROXY_SECRET: everyone who uses the proxy counts as one address, so anyone there can lock the others out with wrong passwords'
}

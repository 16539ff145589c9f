import type { Commands } from './commands.ts'

/** What the program gives to the panel. */
export interface PanelOptions {
  commands: Commands
  dataDir: string
  /** Effective user id. */
  userId: number | undefined
  /** 0: any free one. */
  port: number
  /** The name under which a reverse proxy offers the panel. */
  adminHost: string | undefined
  /** What that proxy sends with each request, so that the addresses that it reports are believed. */
  proxySecret: string | undefined
  /** ms without a request after which a login ends. */
  idleMs: number
  /** Whether browsers reach it over https only. */
  secureCookie: boolean
  /** A warning and an error for the operator: on stderr, and never a secret. */
  warn(text: string): void
  fail(text: string): void
}

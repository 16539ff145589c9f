import { getRequestListener } from '@hono/node-server'
import { readPasswordHash } from '../config/panel-password.ts'
import { keepHeapSmall } from '../system/small-heap.ts'
import { createApp } from './app.tsx'
import type { Commands } from './commands.ts'
import { Connections } from './connections.ts'
import { listenOnLoopback } from './listen.ts'
import { stop } from './stop.ts'

export interface PanelOptions {
  commands: Commands
  dataDir: string
  /** Effective user id. */
  userId: number | undefined
  /** 0: any free one. */
  port: number
  /** The name under which a reverse proxy offers the panel. */
  adminHost: string | undefined
  /** What that proxy sends with each request, so that the addresses it tells are believed. */
  proxySecret: string | undefined
  /** ms without a request after which a login ends. */
  idleMs: number
  /** Whether browsers reach it over https only. */
  secureCookie: boolean
  /** A warning and an error for the operator: on stderr, and never a secret. */
  warn(text: string): void
  fail(text: string): void
}

export interface Panel {
  url: string
  hasPassword: boolean
  /** Takes no new requests, and resolves when those under way are answered, at the latest after 40 s. */
  stop(): Promise<void>
}

/** Serves the panel on loopback. Throws node's error of `listen` if the port cannot be had. */
export async function startPanel(options: PanelOptions): Promise<Panel> {
  // On a phone memory counts for more than speed: 95 MB at 200 requests at once instead of 122.
  keepHeapSmall()
  const hasPassword = readPasswordHash(options.dataDir, options.userId) !== undefined
  const { servers, port } = await listenOnLoopback(options.port)
  const connections = new Connections(servers, getRequestListener(createApp(options, port).fetch))
  return { url: `http://127.0.0.1:${port}/`, hasPassword, stop: () => stop(connections, options.commands) }
}

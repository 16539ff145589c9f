import { getRequestListener } from '@hono/node-server'
import { readPasswordHash } from '../config/panel-password.ts'
import { keepHeapSmall } from '../system/small-heap.ts'
import { createApp } from './app.tsx'
import { Connections } from './connections.ts'
import { listenOnLoopback } from './listen.ts'
import type { PanelOptions } from './panel-options.ts'
import { stop } from './stop.ts'
import { warmUp } from './warm-up.tsx'

export interface Panel {
  url: string
  hasPassword: boolean
  /** Takes no new requests, and resolves when those under way are answered, at the latest after 40 s. */
  stop(): Promise<void>
}

/** Serves the panel on loopback. Throws node's error of `listen` if the port is unavailable. */
export async function startPanel(options: PanelOptions): Promise<Panel> {
  // On a phone, memory matters more than speed: 95 MB at 200 requests at once instead of 122.
  keepHeapSmall()
  const hasPassword = readPasswordHash(options.dataDir, options.userId) !== undefined
  const { servers, port } = await listenOnLoopback(options.port)
  const connections = new Connections(servers, getRequestListener(createApp(options, port).fetch))
  const url = `http://127.0.0.1:${port}/`
  // After the address was printed, so that the start does not wait for it.
  setImmediate(() => void warmUp(url, options.commands))
  return { url, hasPassword, stop: () => stop(connections, options.commands) }
}

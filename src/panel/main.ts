import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { createAdaptorServer } from '@hono/node-server'
import { readPasswordHash } from '../config/panel-password.ts'
import { createApp } from './app.tsx'
import type { Commands } from './commands.ts'

export interface PanelOptions {
  commands: Commands
  dataDir: string
  /** 0: any free one. */
  port: number
  /** The name under which a reverse proxy offers the panel. */
  adminHost: string | undefined
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
  /** Takes no new requests, and resolves when those under way are answered. */
  stop(): Promise<void>
}

/** There is no setting for this: who wants to reach the panel from elsewhere goes through a tunnel or a proxy. */
const address = '127.0.0.1'
/** ms that a request's headers and body may take to arrive. */
const arrival = 20_000

/** Serves the Users page on 127.0.0.1. Throws node's error if the port cannot be had. */
export async function startPanel(options: PanelOptions): Promise<Panel> {
  // On a phone memory counts for more than speed: 95 MB at 200 requests at once instead of 122.
  setFlagsFromString('--optimize-for-size')
  const server = createAdaptorServer({ fetch: createApp(options).fetch }) as Server
  server.headersTimeout = arrival
  server.requestTimeout = arrival
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, address, resolve)
  })
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}/`,
    hasPassword: readPasswordHash(options.dataDir) !== undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

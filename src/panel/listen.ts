import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** There is no setting for this: from another machine the panel is reached through a tunnel or a proxy. */
const [ipv4, ipv6] = ['127.0.0.1', '::1']
/** How often a port that the system chose is tried, since it is free on one of the addresses only. */
const mostTries = 10

/**
 * Listens on 127.0.0.1, and on ::1 where there is one: a browser that was sent to `localhost` would give the password to
 * another program on the other address. Throws node's error of `listen` if either is unavailable. `port`: 0 is any free one.
 */
export async function listenOnLoopback(port: number): Promise<{ servers: Server[]; port: number }> {
  for (let tries = 1; ; tries++) {
    const first = await listen(port, ipv4)
    const chosen = (first.address() as AddressInfo).port
    try {
      return { servers: [first, await listen(chosen, ipv6)], port: chosen }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return { servers: [first], port: chosen }
      first.close()
      if (port !== 0 || code !== 'EADDRINUSE' || tries === mostTries) throw error
    }
  }
}

function listen(port: number, host: string): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, ipv6Only: true }, () => resolve(server))
  })
}

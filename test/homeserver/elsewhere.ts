import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Another server on loopback that no request should ever reach: where redirects lead. */
export interface Elsewhere {
  url: string
  requests: { method: string; path: string; authorization: string | undefined }[]
  close(): Promise<void>
}

export async function startElsewhere(): Promise<Elsewhere> {
  const requests: Elsewhere['requests'] = []
  const server = createServer(({ method = '', url = '', headers }, response) => {
    requests.push({ method, path: url, authorization: headers.authorization })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

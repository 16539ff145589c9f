import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** ms that a request's headers and body may take to arrive. */
const arrival = 20_000

/** The connections of the panel's servers, and what is under way on them. */
export class Connections {
  readonly #servers: readonly Server[]
  readonly #underway = new Map<Socket, Set<IncomingMessage>>()

  /** Answers the servers' requests from now on. */
  constructor(servers: readonly Server[], answer: RequestListener) {
    this.#servers = servers
    for (const server of servers) {
      server.headersTimeout = arrival
      server.requestTimeout = arrival
      server.on('connection', (socket: Socket) => this.#add(socket))
      server.on('request', (request, response) => this.#track(request, response))
      server.on('request', answer)
    }
  }

  /** Takes no new connections, drops those on which no whole request is being answered, and resolves when the others are done. */
  async end(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    for (const [socket, requests] of this.#underway)
      if (![...requests].some(({ complete }) => complete)) socket.destroy()
    await Promise.all(closed)
  }

  /** Drops them all. */
  drop(): void {
    for (const socket of this.#underway.keys()) socket.destroy()
  }

  #add(socket: Socket): void {
    this.#underway.set(socket, new Set())
    socket.on('close', () => this.#underway.delete(socket))
  }

  #track(request: IncomingMessage, response: ServerResponse): void {
    const requests = this.#underway.get(request.socket)
    requests?.add(request)
    response.on('close', () => {
      requests?.delete(request)
      // A browser keeps its connection for a next request, which would not be answered.
      if (this.#servers.some(({ listening }) => !listening)) request.socket.destroySoon()
    })
  }
}

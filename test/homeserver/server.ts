import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Failure } from './failure.ts'
import type { HttpFault } from './faults.ts'
import { misbehave } from './misbehave.ts'
import { answer } from './respond.ts'
import type { Answered, Call } from './router.ts'
import type { World } from './world.ts'

export interface RecordedRequest {
  method: string
  /** With the query, as sent. */
  path: string
  headers: IncomingMessage['headers']
  /** Parsed where it is JSON, else the text; undefined without one. */
  body: unknown
}

/** The HTTP side: receives, records, lets faults have their way, answers. */
export class HttpServer {
  readonly requests: RecordedRequest[] = []
  readonly #world: World
  readonly #handle: (call: Call) => Answered
  #server: Server | undefined
  #port = 0

  constructor(world: World, handle: (call: Call) => Answered) {
    this.#world = world
    this.#handle = handle
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens on loopback; on the port of last time when it was given none. */
  async listen(port = this.#port): Promise<void> {
    const server = createServer((request, response) => this.#receive(request, response))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = '', url: path = '', headers } = request
    const body = parse(Buffer.concat(chunks).toString('utf8'))
    this.requests.push({ method, path, headers, body })
    response.setHeader('date', new Date(Date.now() + this.#world.faults.clockOffset).toUTCString())
    const fault: HttpFault | undefined = this.#world.faults.forRequest({ method, path, body })
    const carryOut = () => this.#carryOut({ method, target: path, authorization: headers.authorization, body })
    if (fault) await misbehave(fault, response, carryOut)
    else answer(response, carryOut())
  }

  #carryOut(call: Call): Answered {
    try {
      return this.#handle(call)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const { status, errcode, fields } = error
      return { status, body: { ...fields, errcode, error: this.#world.words.sentence(`${status} ${errcode}`) } }
    }
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

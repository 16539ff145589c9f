import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'
import type { Executed, SimulatedBed } from './bed.ts'
import type { RunOptions } from './binary.ts'

/** What a hostile server does with a request, on the bare socket. */
export type Misdeed = (socket: Socket) => void

export interface HostileServer {
  url: string
  /** `GET /path` of each request that was misdone. */
  hits: string[]
  close(): Promise<void>
}

/** A server on the bare socket: requests whose path matches are misdone, all others are passed on to `upstream`. */
export async function hostileServer(t: Test, upstream: string, path: RegExp, misdeed: Misdeed): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  const hits: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    let buffered: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      buffered = Buffer.concat([buffered, chunk])
      for (let whole = takeRequest(buffered); whole; whole = takeRequest(buffered)) {
        buffered = whole.rest
        const { method, target } = whole
        if (path.test(target)) {
          hits.push(`${method} ${target}`)
          misdeed(socket)
        } else passOn(upstream, whole, socket)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  t.teardown(close)
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, hits, close }
}

interface Taken {
  method: string
  target: string
  headers: Record<string, string>
  body: Buffer
  rest: Buffer
}

function takeRequest(bytes: Buffer): Taken | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString().split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/, 2).map((part) => part.toLowerCase())))
  const authorization = lines.find((line) => /^authorization:/i.test(line))
  if (authorization) headers.authorization = authorization.replace(/^[^:]*: */, '')
  const [method = '', target = ''] = first.split(' ')
  const length = Number(headers['content-length'] ?? 0)
  const start = end + 4
  if (bytes.length < start + length) return undefined
  return { method, target, headers, body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) }
}

function passOn(upstream: string, { method, target, headers, body }: Taken, socket: Socket): void {
  const outgoing = request(new URL(target, upstream), { method, headers, agent: false }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk) => chunks.push(chunk))
    answer.on('end', () => {
      const content = Buffer.concat(chunks)
      const type = answer.headers['content-type'] ?? 'application/json'
      const head = `HTTP/1.1 ${answer.statusCode} X\r\ncontent-type: ${type}\r\ncontent-length: ${content.length}\r\n\r\n`
      socket.write(Buffer.concat([Buffer.from(head), content]))
    })
  })
  outgoing.on('error', () => socket.destroy()).end(body)
}

/** An answer as a whole, with its length. */
export function answer(body: string | Buffer, status = 200): Misdeed {
  const head = `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  return (socket) => void socket.write(Buffer.concat([Buffer.from(head), Buffer.from(body)]))
}

/** Writes `head`, then `piece` again and again: as fast as it is taken, or every `ms`. */
export function flood(head: string, piece: string | Buffer, ms?: number): Misdeed {
  return (socket) => {
    socket.write(head)
    if (ms === undefined) {
      const pour = () => {
        while (!socket.destroyed) if (!socket.write(piece)) return void socket.once('drain', pour)
      }
      return pour()
    }
    const timer = setInterval(() => socket.write(piece), ms)
    socket.on('close', () => clearInterval(timer))
  }
}

/** ms for which the main thread of a process was ready to run and the machine had no processor for it (proc(5), schedstat). */
export function keptWaiting(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
}

/**
 * Runs the program against a hostile server. `peak`: the most memory that it had, MB. `ms`: how long it took, without the
 * time for which it was ready to run and the machine had no processor for it, which is `kept`. `endedAt`: Unix ms.
 */
export async function runAgainst(
  bed: SimulatedBed,
  { url }: { url: string },
  options: RunOptions,
  ...args: string[]
): Promise<Executed & { peak: number; ms: number; kept: number; endedAt: number }> {
  let peak = 0
  let kept = 0
  const started = Date.now()
  const watch = (pid: number | undefined) => {
    const look = setInterval(() => {
      try {
        const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        peak = Math.max(peak, Number(kilobytes ?? 0) / 1024)
        kept = keptWaiting(pid)
      } catch {}
    }, 20)
    return () => clearInterval(look)
  }
  let stop = () => {}
  const result = await bed.runWith(
    {
      ...options,
      env: { MATRIX_HS_API: url, ...options.env },
      started: (child) => {
        stop = watch(child.pid)
        options.started?.(child)
      },
    },
    ...args,
  )
  stop()
  const endedAt = Date.now()
  return { ...result, peak, ms: endedAt - started - kept, kept, endedAt }
}

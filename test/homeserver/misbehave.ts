import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { HttpFault } from './faults.ts'
import { answer, encode } from './respond.ts'
import type { Answered } from './router.ts'

/** Answers a request wrongly. `carryOut` does what was asked for; some faults come before that, some after. */
export async function misbehave(fault: HttpFault, response: ServerResponse, carryOut: () => Answered): Promise<void> {
  switch (fault.kind) {
    case 'lose-response':
      carryOut()
      response.destroy()
      break
    case 'drop':
      response.destroy()
      break
    case 'hang':
      break
    case 'limit':
      answer(response, limited(fault))
      break
    case 'html':
      if (fault.accept) carryOut()
      answer(response, { status: fault.status, body: errorPage, contentType: 'text/html' })
      break
    case 'answer':
      if (fault.accept) carryOut()
      answer(response, fault)
      break
    case 'slow':
      await slow(fault, response, carryOut)
      break
    case 'redirect':
      answer(response, { status: fault.status, body: '', headers: { location: fault.to } })
      break
    case 'act':
      await fault.act(response, carryOut)
      break
    case 'truncate':
    case 'half-json':
    case 'endless':
      breakBody(fault.kind, response, carryOut())
  }
}

const errorPage = '<html><head><title>502 Bad Gateway</title></head><body><hr><center>nginx</center></body></html>\n'

function limited({ retryAfterMs, header }: { retryAfterMs?: number; header?: boolean }): Answered {
  const body = { errcode: 'M_LIMIT_EXCEEDED', error: '' }
  if (retryAfterMs === undefined) return { status: 429, body }
  if (header) return { status: 429, body, headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } }
  return { status: 429, body: { ...body, retry_after_ms: retryAfterMs } }
}

async function slow(
  { ms, before }: { ms: number; before?: boolean },
  response: ServerResponse,
  carryOut: () => Answered,
): Promise<void> {
  const early = before ? undefined : carryOut()
  await pause(ms, undefined, { ref: false })
  if (!response.destroyed) answer(response, early ?? carryOut())
}

function breakBody(kind: 'truncate' | 'half-json' | 'endless', response: ServerResponse, answered: Answered): void {
  const { bytes, contentType } = encode(answered)
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
  const length = kind === 'truncate' ? bytes.length : half.length
  const headers = { 'content-type': contentType, ...(kind === 'endless' ? {} : { 'content-length': length }) }
  response.writeHead(answered.status, headers)
  if (kind === 'half-json') response.end(half)
  else if (kind === 'truncate') response.write(half, () => setImmediate(() => response.destroy()))
  else flood(response)
}

/** JSON that could still become valid, and never ends. */
function flood(response: ServerResponse): void {
  const blanks = Buffer.alloc(64 * 1024, ' ')
  const pour = () => {
    while (!response.destroyed) if (!response.write(blanks)) return void response.once('drain', pour)
  }
  response.write('{"event_id":')
  pour()
}

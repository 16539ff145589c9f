import type { HttpFault } from '../homeserver/index.ts'

/** What can go wrong with one request, each before or after it was carried out. */
export const faultKinds: readonly HttpFault[] = [
  { kind: 'drop' },
  { kind: 'hang' },
  { kind: 'lose-response' },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 500, accept: true },
  { kind: 'truncate' },
  { kind: 'endless' },
  { kind: 'half-json' },
  { kind: 'answer', status: 200, body: 'neither JSON nor HTML', contentType: 'text/plain', accept: true },
]

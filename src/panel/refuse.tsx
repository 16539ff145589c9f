import { type Frame, htmlOf } from './pages/layout.tsx'
import { RefusalPage } from './pages/refusal.tsx'

/** A page that says why nothing was done. */
export function refuse(
  status: 400 | 403 | 404 | 409 | 413 | 415 | 500,
  reason: string,
  root: Frame['root'] = './',
): Response {
  const title = status === 404 ? 'Not found' : status === 500 ? 'Failed' : 'Refused'
  return new Response(htmlOf(<RefusalPage title={title} reason={reason} root={root} />), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
}

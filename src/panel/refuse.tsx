import { type Frame, htmlOf, type Place } from './pages/layout.tsx'
import { RefusalPage } from './pages/refusal.tsx'

/** A page that says why nothing was done, with a link to the page to go back to. */
export function refuse(
  status: 400 | 403 | 404 | 409 | 413 | 415 | 500,
  reason: string,
  root: Frame['root'] = './',
  back: Place = 'Accounts',
): Response {
  const title = status === 404 ? 'Not found' : status === 500 ? 'Failed' : 'Refused'
  return new Response(htmlOf(<RefusalPage {...{ title, reason, root, back }} />), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })
}

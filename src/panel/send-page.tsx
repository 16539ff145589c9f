import { stream } from 'hono/streaming'
import { cut, htmlOf } from './pages/layout.tsx'
import { Problem } from './pages/problem.tsx'
import type { PanelContext, ReportError } from './panel-context.ts'

/** Sends a part of a page; false if the browser has gone away. */
export type Show = (part: { toString(): string }) => Promise<boolean>

/**
 * Sends a page as it comes: what stands before its `Later` at once, then the parts that `work` shows. Of parts that
 * stand in a `Newest` only the last is visible.
 */
export function sendPage(
  c: PanelContext,
  report: ReportError,
  page: { toString(): string },
  work: (show: Show) => Promise<void>,
): Response {
  const [before, after] = cut(htmlOf(page))
  c.header('content-type', 'text/html; charset=utf-8')
  return stream(c, async (out) => {
    await out.write(before)
    const show: Show = async (part) => {
      await out.write(part.toString())
      return !out.aborted
    }
    await work(show).catch(async (error) => {
      report(error, `${c.req.method} ${c.req.routePath}`)
      await show(<Problem message="internal error: see the output of `matrix-users panel`" />)
    })
    await out.write(after)
  })
}

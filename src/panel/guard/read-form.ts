import type { MiddlewareHandler } from 'hono'
import type { PanelEnv } from '../panel-context.ts'

/** Reads the form of a request before anything is made of it: what is no form must not count as a wrong password. */
export function readForm(refuse: (status: 400 | 415, reason: string) => Response): MiddlewareHandler<PanelEnv> {
  return async (c, next) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/x-www-form-urlencoded' && type !== 'multipart/form-data')
      return refuse(415, 'the request does not contain a form: nothing was done')
    const fields = await c.req.parseBody().catch(() => undefined)
    if (fields === undefined) return refuse(400, 'the form cannot be read: nothing was done')
    c.set('field', (name) => {
      const value = fields[name]
      return typeof value === 'string' ? value : ''
    })
    return next()
  }
}

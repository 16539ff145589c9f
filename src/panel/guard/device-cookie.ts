import { createHmac, randomBytes } from 'node:crypto'
import { sameText } from './same-text.ts'

/** s. A browser that has not logged in for longer is a stranger again. */
export const deviceLife = 180 * 24 * 60 * 60

/**
 * What a browser is given that has logged in: an id of its own and when, signed. The key is the hash of the password, so
 * that it is invalid once the password has changed, and outlives a restart of the panel. `now`: Unix ms.
 */
export function deviceCookie(passwordHash: string, now: number): string {
  return signed(passwordHash, randomBytes(16).toString('base64url'), Math.floor(now / 1000))
}

/** The id of the browser; undefined where the cookie is forged, cut, of another password or too old. */
export function deviceOf(cookie: string | undefined, passwordHash: string, now: number): string | undefined {
  const [, id = '', issued = ''] = /^([\w-]{22})\.(\d{1,12})\.[\w-]{43}$/.exec(cookie ?? '') ?? []
  const genuine = sameText(cookie ?? '', signed(passwordHash, id, Number(issued)))
  return genuine && now / 1000 - Number(issued) <= deviceLife ? id : undefined
}

function signed(passwordHash: string, id: string, issued: number): string {
  const text = `${id}.${issued}`
  return `${text}.${createHmac('sha256', passwordHash).update(`device ${text}`).digest('base64url')}`
}

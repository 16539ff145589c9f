import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { PanelContext } from '../panel-context.ts'
import { deviceLife } from './device-cookie.ts'

/**
 * The panel's two cookies: of a login, and of a browser that has logged in before. Browsers keep cookies by host and not by
 * port, so their names hold the port: two panels on one machine do not log each other out. `__Host-` would demand Secure,
 * which plain http on loopback is not.
 */
export class Cookies {
  readonly #port: number
  readonly #secure: boolean

  constructor(port: number, secure: boolean) {
    this.#port = port
    this.#secure = secure
  }

  login(c: PanelContext): string | undefined {
    return getCookie(c, this.#name('session'))
  }

  device(c: PanelContext): string | undefined {
    return getCookie(c, this.#name('device'))
  }

  set(c: PanelContext, login: string, device: string): void {
    setCookie(c, this.#name('session'), login, this.#attributes())
    setCookie(c, this.#name('device'), device, { ...this.#attributes(), maxAge: deviceLife })
  }

  /** The browser stays known. */
  endLogin(c: PanelContext): void {
    deleteCookie(c, this.#name('session'), this.#attributes())
  }

  #name(of: 'session' | 'device'): string {
    return `matrix_users_${of}_${this.#port}`
  }

  #attributes() {
    return { httpOnly: true, sameSite: 'Strict', secure: this.#secure, path: '/' } as const
  }
}

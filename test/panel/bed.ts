import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Test } from 'tap'
import { type SimulatedBed, simulatedBed } from '../contract/bed.ts'
import { command } from '../contract/binary.ts'
import { assertSound } from '../contract/sound.ts'
import type { HomeserverOptions } from '../homeserver/index.ts'

export const password = 'correct horse battery'

export interface Panel {
  url: string
  process: ChildProcess
  /** What it wrote to stdout and stderr. */
  output(): string
}

export type PanelBed = SimulatedBed & Panel & { writes(): Record<string, unknown>[] }

/** A simulated homeserver and the built program's panel in front of it, with a password set. */
export async function panelBed(
  t: Test,
  options: HomeserverOptions & { env?: Record<string, string>; runner?: readonly string[] } = {},
): Promise<PanelBed> {
  const bed = await simulatedBed(t, options)
  await bed.runWith({ input: password }, 'panel', 'set-password')
  // What is on record of operations, without logins and the setting of the password.
  const writes = () => bed.audit().filter(({ target }) => target !== 'panel')
  return { ...bed, writes, ...(await startPanel(t, { ...bed.env, ...options.env }, options.runner)) }
}

/** Starts the panel on a free port, and ends it with the test. `runner`: words that go before the program. */
export async function startPanel(
  t: Pick<Test, 'teardown'>,
  env: Record<string, string>,
  runner: readonly string[] = [],
): Promise<Panel> {
  const [program = '', ...args] = [...runner, ...command, 'panel']
  const child = spawn(program, args, {
    env: { PATH: '/bin', HOME: '/nonexistent', ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk
    })
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    assertSound(text, 'the panel')
  })
  for (;;) {
    const url = /http:\/\/\S+/.exec(text)?.[0]
    if (url !== undefined) return { url, process: child, output: () => text }
    if (child.exitCode !== null) throw new Error(`the panel ended: ${text}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export interface Answer {
  status: number
  headers: NodeJS.Dict<string | string[]>
  body: string
}

/** What a reverse proxy shows, where the bed's `env` is told it. */
export const proxy = { host: 'admin.home.test', secret: 'the-proxy-says-so' }
export const proxyEnv = { ADMIN_HOST: proxy.host, ADMIN_PROXY_SECRET: proxy.secret }

/** The headers of a request that comes through the proxy from that address. */
export function proxied(from: string): Record<string, string> {
  return { host: proxy.host, 'x-panel-proxy-secret': proxy.secret, 'x-forwarded-for': from }
}

export interface AskOptions {
  headers?: Record<string, string>
  form?: Record<string, string> | string
  /** The address of this machine that it comes from. */
  from?: string
}

/** One request, with exactly these headers; a form makes it a POST. */
export function ask(url: string, { headers = {}, form, from }: AskOptions = {}): Promise<Answer> {
  const body = typeof form === 'object' ? new URLSearchParams(form).toString() : form
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...type, ...headers },
        agent: false,
        localAddress: from,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

export interface Login {
  cookie: string
  /** The cookie of the browser, which outlives the login. */
  device: string
  csrf: string
  /** A fresh id of a form of that action. */
  formId(action: string): Promise<string>
  /** Sends a form of the page with what it needs; `fields` adds to that or replaces it. */
  send(action: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
}

/** Logs in, and reads the forms' tokens from their pages. */
export async function logIn(url: string): Promise<Login> {
  const { headers } = await ask(`${url}login`, { form: { password } })
  const [cookie = '', device = ''] = cookiesOf(headers)
  const hidden = async (action: string, name: string) => {
    const { body } = await ask(`${url}${action}`, { headers: { cookie } })
    return new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? ''
  }
  const csrf = await hidden('create', 'csrf')
  return {
    cookie,
    device,
    csrf,
    formId: (action) => hidden(action, 'form'),
    async send(action, fields = {}, more = {}) {
      const form = { csrf, form: fields.form ?? (await hidden(action, 'form')), password, ...fields }
      return ask(`${url}${action}`, { headers: { cookie, ...more }, form })
    },
  }
}

/** The cookies that an answer sets, as a browser sends them back. */
export function cookiesOf(headers: Answer['headers']): string[] {
  return [headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '')
}

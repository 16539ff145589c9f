import { isLoopback } from '../config/credentials.ts'
import { DiagnosableError, SetupError } from '../errors.ts'
import { parseBaseUrl } from '../matrix/base-url.ts'
import type { Http } from '../matrix/http.ts'
import { isServerName } from '../matrix/identifiers.ts'
import { ForeignResponseError, MatrixError, UnreachableError, withHint } from '../matrix/matrix-errors.ts'
import { path as apiPath } from '../matrix/path.ts'
import type { Limits } from '../matrix/request.ts'
import { quote } from '../system/foreign-text.ts'

/** HTTP without a token. */
export type Connect = (base: URL) => Http

/**
 * The base URL of a homeserver that a person named: a URL, or a server name, whose `/.well-known/matrix/client` says it
 * (Client-Server API, "Server discovery"). Without one it is the server name itself: over https, or over http if it is this
 * machine's and does not speak TLS. Throws SetupError.
 */
export async function findHomeserver(named: string, connect: Connect, limits: () => Limits): Promise<URL> {
  if (/^https?:\/\//i.test(named)) return parseBaseUrl(named) ?? refuse(named)
  if (!isServerName(named) || !URL.canParse(`https://${named}`)) return refuse(named)
  const secure = new URL(`https://${named}`)
  try {
    return (await wellKnown(secure, connect, limits())) ?? secure
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error
    if (isLoopback(secure.hostname)) return new URL(`http://${named}`)
    throw withHint(error, giveUrl)
  }
}

const giveUrl = 'give the URL of the homeserver instead, such as https://matrix.example.org'

async function wellKnown(site: URL, connect: Connect, limits: Limits): Promise<URL | undefined> {
  const request = { method: 'GET', path: apiPath`.well-known/matrix/client`, anonymous: true, ...limits } as const
  const answer = await connect(site)
    .json(request)
    .catch((error) => {
      const known = error instanceof MatrixError || error instanceof ForeignResponseError
      if (known && error.status === 404) return undefined
      throw known ? unusable(site, error) : error
    })
  if (answer === undefined) return undefined
  const base = (answer['m.homeserver'] as { base_url?: unknown } | null | undefined)?.base_url
  const url = typeof base === 'string' ? parseBaseUrl(base) : undefined
  if (url === undefined) throw unusable(site, undefined)
  return url
}

function refuse(named: string): never {
  throw new SetupError(`invalid homeserver ${quote(named)}`, {
    hint: 'give a server name such as example.org, or a URL such as https://matrix.example.org',
  })
}

function unusable({ origin }: URL, cause: unknown): DiagnosableError {
  const reason = cause instanceof ForeignResponseError ? `: ${cause.message}` : ''
  return new DiagnosableError(`${origin}/.well-known/matrix/client does not name a homeserver${reason}`, {
    hint: giveUrl,
    cause,
  })
}

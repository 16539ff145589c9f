import type { Session } from '../config/session.ts'
import { path } from '../matrix/path.ts'
import type { Limits } from '../matrix/request.ts'
import { trimEnd } from '../system/trim.ts'

const page = path`_continuwuity/account/register/`

/**
 * The link to the server's own registration page for a token, on the server's public address; undefined where the server
 * has no such page. The address is the `base_url` of `/.well-known/matrix/client`, else `https://SERVER_NAME`.
 */
export async function registrationLink(session: Session, token: string, limits: Limits): Promise<string | undefined> {
  return (await registrationLinks(session, [token], limits))?.[0]
}

/** The same for several tokens, in as many requests as for one. */
export async function registrationLinks(
  session: Session,
  tokens: readonly string[],
  limits: Limits,
): Promise<string[] | undefined> {
  const [query] = tokens.map(queryFor)
  if (query === undefined) return []
  if (!(await session.http.hasPage({ method: 'GET', path: page, query, ...limits }))) return undefined
  const base = await publicBase(session, limits)
  return tokens.map((token) => `${base}/${page}?${new URLSearchParams(queryFor(token))}`)
}

function queryFor(token: string) {
  return { flow: 'trusted', token }
}

/** Where the server is reached from outside, without a slash at its end. */
async function publicBase({ client, serverName }: Session, limits: Limits): Promise<string> {
  const base = await client.publicBaseUrl(limits)
  return trimEnd(base?.href ?? `https://${serverName}`, '/')
}

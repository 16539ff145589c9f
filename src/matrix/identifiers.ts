import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'

/** An account as the user named it: always an MXID, and a localpart if it is of this server. */
export interface User {
  mxid: string
  localpart: string | undefined
}

const localpartForm = /^[a-z0-9][a-z0-9._=-]{0,63}$/
const serverName = /(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?/.source
const serverNameForm = new RegExp(`^${serverName}$`)
const mxidForm = new RegExp(`^@([a-z0-9._=/+-]+):(${serverName})$`)
const roomIdForm = new RegExp(`^![A-Za-z0-9_~.=+/-]+(:${serverName})?$`)
const mxidLimit = 255

/** Whether a text is a server name: a host name, IPv4 address or IPv6 address in brackets, and a port (Matrix specification, "Server name"). */
export function isServerName(text: string): boolean {
  return serverNameForm.test(text)
}

/** Whether a text is a room ID: `!opaque:SERVER`, or from room version 12 on `!hash` alone (Matrix specification, "Room IDs"). */
export function isRoomId(text: string): boolean {
  return roomIdForm.test(text)
}

/** Checks the localpart of an account (Matrix specification, "User identifiers"; a subset). Throws SetupError. */
export function parseLocalpart(text: string): string {
  if (localpartForm.test(text)) return text
  const likely = likelyForm(text)
  const meant = likely === undefined ? '' : `; did you mean ${likely}?`
  throw new SetupError(`invalid username ${quote(text)}${meant}`, {
    hint: 'use 1 to 64 lower case letters (a-z), digits and . _ = -, starting with a letter or a digit',
  })
}

/** What was probably meant: the lower case of a username, or the user ID that was written as `alice@SERVER` or `alice:SERVER`. */
function likelyForm(text: string): string | undefined {
  if (text.length >= mxidLimit) return undefined
  const [username = '', ...rest] = text.toLowerCase().split(/[@:]/, 2)
  if (!localpartForm.test(username)) return undefined
  if (rest.length === 0) return username
  const server = text.slice(username.length + 1)
  return isServerName(server) ? `@${username}:${server}` : undefined
}

/** Checks a localpart or an MXID, and completes a localpart with the server's name. Throws SetupError. */
export function parseUser(text: string, serverName: string): User {
  if (!text.startsWith('@'))
    return { localpart: parseLocalpart(text), mxid: limited(`@${parseLocalpart(text)}:${serverName}`) }
  const [, localpart, server] = mxidForm.exec(text) ?? []
  if (localpart === undefined)
    throw new SetupError(`invalid user ID ${quote(text)}`, {
      hint: 'use @ and a-z 0-9 . _ = / + -, then : and the server name',
    })
  return { localpart: server === serverName ? localpart : undefined, mxid: limited(text) }
}

/** An account that is of this server. Throws SetupError for one of another. */
export function requireOwn(user: User, serverName: string): User & { localpart: string } {
  const { mxid, localpart } = user
  if (localpart !== undefined) return { mxid, localpart }
  throw new SetupError(`${quote(mxid)} belongs to ${serverNameOf(mxid)}, and this server is ${serverName}`, {
    hint: `use an account of ${serverName}`,
  })
}

/** The localpart of an account of this server that no command takes for an option. Throws SetupError. */
export function localpartOf(text: string, serverName: string): string {
  const { localpart } = requireOwn(parseUser(text, serverName), serverName)
  if (localpart.startsWith('-'))
    throw new SetupError(`invalid username ${quote(text)}: it cannot start with a dash here`)
  return localpart
}

/** The server name of an MXID; undefined for an invalid one. */
export function serverNameOf(mxid: string): string | undefined {
  return mxidForm.exec(mxid)?.[2]
}

function limited(mxid: string): string {
  if (Buffer.byteLength(mxid) <= mxidLimit) return mxid
  throw new SetupError(`the user ID ${quote(mxid)} is longer than ${mxidLimit} bytes`)
}

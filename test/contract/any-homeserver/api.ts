import type { Bed } from '../bed.ts'

export interface Answered {
  status: number
  body: Record<string, unknown>
}

/** One request to the bed's homeserver, as its operator; `token: ''` asks without a login. */
export async function api(
  { url, operator }: Bed,
  method: string,
  path: string,
  { body, token = operator.token }: { body?: unknown; token?: string } = {},
): Promise<Answered> {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) }
  const text = body === undefined ? null : JSON.stringify(body)
  const response = await fetch(`${url}/${path}`, { method, headers, body: text })
  return { status: response.status, body: (await response.json().catch(() => ({}))) as Record<string, unknown> }
}

export interface Message {
  event_id: string
  sender: string
  content: { msgtype?: string; body?: string; url?: string }
}

/** The last messages of the admin room, newest first. */
export async function lastMessages(bed: Bed, roomId: string): Promise<Message[]> {
  const path = `_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=50`
  return (await api(bed, 'GET', path)).body.chunk as Message[]
}

/** Whether the homeserver says what state an account is in (MSC4323, or Synapse's own API); without that no effect can be seen. */
export async function knowsStates(bed: Bed): Promise<boolean> {
  const user = encodeURIComponent(bed.operator.mxid)
  const paths = [`_matrix/client/v1/admin/suspend/${user}`, `_synapse/admin/v2/users/${user}`]
  for (const path of paths) if ((await api(bed, 'GET', path)).status !== 404) return true
  return false
}

/** Whether accounts are suspended, locked and logged out by commands in the admin room; tuwunel has none, and does it by its API. */
export async function moderatesInRoom(bed: Bed): Promise<boolean> {
  return (await api(bed, 'GET', '_tuwunel/server_version', { token: '' })).status !== 200
}

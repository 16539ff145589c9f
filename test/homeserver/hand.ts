import { type Event, startHomeserver } from './index.ts'

type Options = Parameters<typeof startHomeserver>[0]

/** A server, and a hand on it as its operator. */
export async function setUp(t: { teardown: (end: () => Promise<void>) => void }, options?: Options) {
  const homeserver = await startHomeserver(options)
  t.teardown(() => homeserver.close())
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    token = homeserver.operator.token,
    patience = 20_000,
  ) => {
    const response = await fetch(`${homeserver.url}${path}`, {
      method,
      redirect: 'manual',
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, headers: response.headers, json: () => JSON.parse(text) }
  }
  const room = () => `/_matrix/client/v3/rooms/${encodeURIComponent(homeserver.roomId)}`
  let transactions = 0
  const send = (body: string, transaction = `t${transactions++}`, token?: string) =>
    ask('PUT', `${room()}/send/m.room.message/${transaction}`, { msgtype: 'm.text', body }, token)
  /** Posts a command, waits until it was executed, and gives what came after it. */
  const run = async (line: string) => {
    const { event_id } = (await send(`!admin ${line}`)).json()
    await homeserver.idle()
    const { events } = homeserver.room
    return { event_id, after: events.slice(events.findIndex((event) => event.event_id === event_id) + 1) }
  }
  return { homeserver, ask, send, run, room }
}

/** The command that an event answers. */
export function repliesTo(event: Event | undefined): unknown {
  return (event?.content['m.relates_to'] as { 'm.in_reply_to': { event_id: string } } | undefined)?.['m.in_reply_to']
    .event_id
}

export const whoami = '/_matrix/client/v3/account/whoami'

import { DiagnosableError } from '../../errors.ts'
import type { MatrixClient } from '../client.ts'
import { MatrixError } from '../matrix-errors.ts'
import type { Limits } from '../request.ts'

/** The admin room: the one that was set, else the alias `#admins:SERVER`, else `#admin:SERVER`. Throws DiagnosableError without one. */
export async function findAdminRoom(
  client: MatrixClient,
  serverName: string,
  adminRoomId: string | undefined,
  limits: Limits,
): Promise<string> {
  if (adminRoomId !== undefined) return adminRoomId
  for (const alias of [`#admins:${serverName}`, `#admin:${serverName}`]) {
    const roomId = await client.resolveAlias(alias, limits)
    if (roomId !== undefined) return roomId
  }
  throw new DiagnosableError(
    `cannot find the admin room: neither #admins:${serverName} nor #admin:${serverName} exists`,
    {
      hint: 'check the server name, or set ADMIN_ROOM_ID to the room ID',
    },
  )
}

/** The bots of an admin room: the creator of the room and, after an upgrade of the room, of its predecessor. */
export async function findBots(client: MatrixClient, roomId: string, limits: Limits): Promise<Set<string>> {
  const bots = new Set<string>()
  const create = await client.createEvent(roomId, limits)
  if (create === undefined) return bots
  bots.add(create.sender)
  if (create.predecessor !== undefined) {
    const former = await client.createEvent(create.predecessor, limits).catch(() => undefined)
    if (former) bots.add(former.sender)
  }
  return bots
}

/** The same; none where the server does not say who created the room. Throws as `Http` does where it says nothing, or does not accept the token. */
export async function askBots(client: MatrixClient, roomId: string, limits: Limits): Promise<Set<string>> {
  return findBots(client, roomId, limits).catch((error) => {
    if (error instanceof MatrixError && error.status !== 401) return new Set<string>()
    throw error
  })
}

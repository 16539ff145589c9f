import type { Account } from '../../accounts/states.ts'
import type { Io } from '../../system/io.ts'
import { writeRows } from './columns.ts'

/** An account, with the display name where it is shown. */
export type ShownAccount = Account & { displayName?: string | null }

/** One account per row, or one JSON array; with display names where there are any. */
export async function writeAccounts(io: Io, accounts: readonly ShownAccount[], json: boolean): Promise<void> {
  if (json) return io.write(`${JSON.stringify(accounts.map(asJson))}\n`)
  const named = accounts.some(({ displayName }) => displayName !== undefined)
  const header = ['USER ID', 'STATE', 'ADMIN', ...(named ? ['DISPLAY NAME'] : [])]
  const rows = accounts.map(({ userId, state, admin, bot, displayName }) => [
    userId,
    bot ? 'server bot' : state,
    admin === null ? 'unknown' : admin ? 'yes' : 'no',
    ...(named ? [displayName ?? ''] : []),
  ])
  await writeRows(io, header, rows)
}

/** IDs that are written at a time: a hostile server may list very many. */
const atOnce = 10_000

/** User IDs, one per line, or one JSON array. */
export async function writeIds(io: Io, ids: readonly string[], json: boolean): Promise<void> {
  if (json) return io.write(`${JSON.stringify(ids)}\n`)
  for (let at = 0; at < ids.length; at += atOnce)
    await io.write(
      ids
        .slice(at, at + atOnce)
        .map((id) => `${id}\n`)
        .join(''),
    )
}

function asJson({ userId, displayName, ...account }: ShownAccount): Record<string, unknown> {
  return { user_id: userId, ...account, ...(displayName === undefined ? {} : { display_name: displayName }) }
}

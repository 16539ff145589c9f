import { accountFilters, isAccountFilter } from '../../accounts/account-filters.ts'
import { userIds } from '../../accounts/ids.ts'
import type { Account } from '../../accounts/states.ts'
import type { Context } from '../../config/context.ts'
import { openSession, type Session } from '../../config/session.ts'
import { DiagnosableError, type ExitCode, exitCodes, SetupError } from '../../errors.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { carryOut } from '../../operations/carry-out.ts'
import type { Operation } from '../../operations/table.ts'
import { quote } from '../../system/foreign-text.ts'
import { StepTime } from '../../system/step-time.ts'
import type { Command } from './command.ts'
import { operationCommand } from './operation.ts'
import type { OperationArgs } from './operation-args.ts'

type ListArgs = OperationArgs & { ids?: boolean; state?: boolean; only?: string }

/** The reply to `list` as it is or, where an option asks for data, the accounts of this server. */
export function listCommand(operation: Operation): Command<ListArgs> {
  const verbatim = operationCommand(operation)
  return {
    ...verbatim,
    aliases: ['ls'],
    options: [...(verbatim.options ?? []), 'ids', 'state', 'only'],
    examples: [
      ...(verbatim.examples ?? []),
      ['$0 list --state', 'show every account and its state'],
      ['$0 list --ids --only suspended | $0 unsuspend --from -', 'unsuspend everyone'],
    ],
    async run(args, context) {
      const { ids, state, only } = args
      if (!ids && !state && only === undefined) return verbatim.run(args, context)
      if (ids && state) throw new SetupError('--ids and --state cannot be used together', { hint: 'give one of them' })
      if (only !== undefined && !isAccountFilter(only))
        throw new SetupError(`--only: unknown state ${quote(only)}`, {
          hint: `use one of ${Object.keys(accountFilters).join(', ')}`,
        })
      if (args.dryRun) return verbatim.run(args, context)
      return list(operation, args, context, only && accountFilters[only])
    },
  }
}

async function list(
  operation: Operation,
  { ids, json, ...flags }: ListArgs,
  context: Context,
  filter: ((account: Account) => boolean) | undefined,
): Promise<ExitCode> {
  const { io } = context
  const session = await openSession(context, flags)
  const time = new StepTime(session.settings.timeoutMs)
  const all = await askUserIds(operation, session, context)
  const { writeAccounts, writeIds } = await import('../results/account-rows.ts')
  const isJson = json === true
  if (ids && !filter) {
    await writeIds(io, all, isJson)
    return exitCodes.ok.code
  }
  // The server's order means nothing; states are read as a table, as in the panel.
  const accounts = await askStates(session, all.sort(), time, context)
  const chosen = filter ? accounts.filter(filter) : accounts
  const unknown = filter ? accounts.filter((account) => account.state === 'unknown' && !account.admin).length : 0
  if (unknown > 0) io.warn(`the server does not report the state of ${unknown} of ${all.length} accounts`)
  if (ids)
    await writeIds(
      io,
      chosen.map(({ userId }) => userId),
      isJson,
    )
  else await writeAccounts(io, chosen, isJson)
  return exitCodes.ok.code
}

/** The user IDs in the reply. They are shown only after the whole reply was read, so that part of a list never looks complete. */
async function askUserIds(operation: Operation, session: Session, { io }: Context): Promise<string[]> {
  const all: string[] = []
  const stopWaiting = io.waiting(() => 'waiting for the reply …')
  try {
    await carryOut(session, commandFor(operation, session.settings.prefix), {
      botSaid: io.botSaid,
      warned: io.warn,
      async replied(_head, bytes) {
        for await (const some of userIds(bytes, session.serverName)) for (const id of some) all.push(id)
      },
    })
  } finally {
    stopWaiting()
  }
  if (all.length > 0) return all
  throw new DiagnosableError(`the reply contains no user IDs of ${session.serverName}`, {
    hint: 'run `matrix-users list` to see the reply',
  })
}

async function askStates(
  session: Session,
  ids: readonly string[],
  time: StepTime,
  { io }: Context,
): Promise<Account[]> {
  const { askAccounts } = await import('../../accounts/states.ts')
  const { keepHeapSmall } = await import('../../system/small-heap.ts')
  keepHeapSmall()
  let known = 0
  const stopWaiting = io.waiting(() => `asking for account states: ${known} of ${ids.length} …`)
  try {
    const onProgress = (count: number) => {
      known = count
    }
    return await askAccounts(session, ids, onProgress, time)
  } finally {
    stopWaiting()
  }
}

import { askAccountState } from '../../accounts/account-state.ts'
import { type CommonFlags, type Context, connect, openIdentity, type Session } from '../../config/session.ts'
import { SetupError } from '../../errors.ts'
import { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { runAdminCommand } from '../../operations/admin-command.ts'
import { resolveTarget } from '../../operations/batch/users.ts'
import type { Operation } from '../../operations/table.ts'
import type { Command } from './command.ts'
import { showDryRun } from './dry-run.ts'

export interface OperationArgs extends CommonFlags {
  user?: string | string[]
  from?: string
  parallel?: string
  failed?: string
  resume?: boolean
  dryRun?: boolean
  yes?: boolean
  self?: boolean
}

/** The command of one row of the operations table. */
export function operationCommand(operation: Operation): Command<OperationArgs> {
  const { name, argument } = operation
  return {
    usage: argument === 'none' ? name : takesMany(operation) ? `${name} [user..]` : `${name} <user>`,
    summary: operation.summary,
    examples: examples(operation),
    ...(argument === 'none' ? {} : { positionals: { user: describeUser(operation) } }),
    options: [
      'dry-run',
      ...(takesMany(operation) ? (['from', 'parallel', 'failed'] as const) : []),
      ...(canResume(operation) ? (['resume'] as const) : []),
      ...(operation.secret ? (['keep-reply'] as const) : []),
      ...(operation.irreversible || operation.grantsAdmin ? (['yes'] as const) : []),
      ...(operation.irreversible ? (['self'] as const) : []),
    ],
    async run(args, context) {
      const users = [args.user ?? []].flat()
      if (takesMany(operation) && isBatch(args, users)) {
        if (users.length > 0 && args.from !== undefined)
          throw new SetupError('users and --from exclude each other: nothing was sent')
        return (await import('./batch.ts')).runForMany(operation, args, context)
      }
      if (argument !== 'none' && users.length === 0)
        throw new SetupError('an argument is missing: which user?', { hint: 'or --from FILE' })
      const identity = await openIdentity(context, args)
      const target = argument === 'none' ? undefined : resolveTarget(operation, users[0] ?? '', identity.serverName)
      const line = AdminRoom.line(identity.settings.prefix, [...operation.words, ...(target ? [target.word] : [])])
      if (operation.irreversible && target !== undefined && target.mxid === identity.operator && args.self !== true)
        throw new SetupError(`${target.mxid} is the operator's own account: nothing was sent`, {
          hint: 'add --self if you mean it',
        })
      if (args.dryRun) {
        return showDryRun(context.io, [line], args.json === true)
      }
      if (operation.irreversible && args.yes !== true) await confirm(context, operation, target?.mxid ?? '')
      const session = await connect(context, identity)
      if (operation.grantsAdmin && target) await requireActive(session, target.mxid, args.yes === true)
      const command = { line, secret: operation.secret === true, operation, ...(target ? { mxid: target.mxid } : {}) }
      const audited = operation.writes ? { op: operation.name, target: target?.mxid ?? '' } : undefined
      return runAdminCommand(context, args, session, command, audited)
    },
  }
}

function describeUser({ name }: Operation): string {
  return name === 'create' ? 'localpart of the new account (alice)' : 'localpart or MXID (alice, @alice:example.org)'
}

/** Whether the accounts' state tells what an earlier run has done. */
export function canResume(operation: Operation): boolean {
  return takesMany(operation) && operation.effect?.silent === undefined
}

/** Several accounts, or an option that is for several: one account may be all that is left. */
function isBatch({ from, parallel, failed, resume }: OperationArgs, users: readonly string[]): boolean {
  return users.length > 1 || [from, parallel, failed, resume].some((option) => option !== undefined)
}

/** Whether it may be done for several accounts at once. */
function takesMany({ argument, grantsAdmin }: Operation): boolean {
  return argument !== 'none' && !grantsAdmin
}

async function confirm(context: Context, operation: Operation, mxid: string): Promise<void> {
  const { io } = context
  if (!io.stdinIsTerminal || !io.stderrIsTerminal)
    throw new SetupError(`${operation.name} cannot be undone: nothing was sent`, {
      hint: 'add --yes where nobody can be asked',
    })
  const answer = await io.ask(`${operation.summary}. It cannot be undone.\nType ${mxid} to go on: `)
  if (answer.trim() !== mxid)
    throw new SetupError('the id was not retyped exactly: nothing was sent', { hint: `it is ${mxid}` })
}

/** The server would make a later account of that name an admin, so only one that is there now is accepted. */
async function requireActive(session: Session, mxid: string, insist: boolean): Promise<void> {
  const state = await askAccountState(session, 'suspend', mxid, { deadline: Date.now() + 6000 })
  if (state === 'active' || state === 'admin' || (state === 'unknown' && insist)) return
  if (state === 'unknown')
    throw new SetupError(`whether ${mxid} exists cannot be asked on this server: nothing was sent`, {
      hint: 'a later account of that name would be an admin; add --yes if you are sure of it',
    })
  throw new SetupError(`${mxid} is ${state}: only an active account can be made an admin; nothing was sent`)
}

function examples(operation: Operation): [string, string][] {
  const call = `$0 ${operation.name}${operation.argument === 'none' ? '' : ' alice'}`
  const list: [string, string][] = [[call, operation.summary]]
  if (operation.writes) list.push([`${call} --dry-run`, 'show what would be posted'])
  if (takesMany(operation)) list.push([`$0 ${operation.name} --from FILE`, 'for each user of a file; - is stdin'])
  if (canResume(operation)) list.push([`$0 ${operation.name} --from FILE --resume`, 'goes on after an interruption'])
  if (operation.irreversible) list.push([`${call} --yes`, 'from a script, where nobody can be asked'])
  return list
}

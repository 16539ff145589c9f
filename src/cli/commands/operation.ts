import type { Context } from '../../config/context.ts'
import { connect, openIdentity } from '../../config/session.ts'
import { type ExitCode, SetupError } from '../../errors.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { refuseOwnAccount, requireConsent } from '../../operations/consent.ts'
import { linesOf } from '../../operations/dry-run.ts'
import { refuseEarly } from '../../operations/refuse-early.ts'
import { andLogout, type Operation } from '../../operations/table.ts'
import { resolveTarget } from '../../operations/target.ts'
import { retypeAt } from '../results/retype.ts'
import { carryOutShown, presenterOf, showDryRun } from '../results/show-result.ts'
import type { Command } from './command.ts'
import { canResume, type OperationArgs, passwordsWanted, takesMany } from './operation-args.ts'

/** The command of one row of the operations table. */
export function operationCommand(operation: Operation): Command<OperationArgs> {
  const { name, argument } = operation
  return {
    usage: argument === 'none' ? name : takesMany(operation) ? `${name} [user..]` : `${name} <user>`,
    summary: operation.summary,
    examples: examples(operation),
    onlyPrints: !operation.writes,
    ...(argument === 'none' ? {} : { positionals: { user: describeUser(operation) } }),
    options: [
      'dry-run',
      ...(takesMany(operation) ? (['from', 'parallel', 'failed'] as const) : []),
      ...(canResume(operation) ? (['resume'] as const) : []),
      ...(operation.secret ? (['passwords', 'keep-reply'] as const) : []),
      ...(operation.logoutWord ? (['logout'] as const) : []),
      ...(operation.retype ? (['yes'] as const) : []),
      ...(operation.sparesOperator || operation.logoutWord ? (['self'] as const) : []),
    ],
    async run(args, context) {
      const chosen = args.logout ? andLogout(operation) : operation
      const users = [args.user ?? []].flat()
      if (takesMany(operation) && isBatch(args, users)) {
        if (users.length > 0 && args.from !== undefined)
          throw new SetupError('USER and --from cannot be used together: nothing was sent')
        return (await import('./batch.ts')).runForMany(chosen, args, context)
      }
      if (argument !== 'none' && users.length === 0)
        throw new SetupError('missing USER (or --from FILE)', {
          hint: `write, for example: matrix-users ${operation.name} alice`,
        })
      return runForOne(chosen, args, users, context)
    },
  }
}

async function runForOne(
  operation: Operation,
  args: OperationArgs,
  users: readonly string[],
  context: Context,
): Promise<ExitCode> {
  const identity = await openIdentity(context, args)
  const targets = users.map((user) => resolveTarget(operation, user, identity.serverName))
  const command = commandFor(operation, identity.settings.prefix, targets[0])
  const [json, yes, self] = [args.json === true, args.yes === true, args.self === true]
  refuseOwnAccount(operation, command.mxid, identity.operator, self)
  const session = await connect(context, identity)
  if (args.dryRun) return showDryRun(context.io, await linesOf(session, [command]), json)
  const retype = retypeAt(context.io)
  if (operation.retype && !yes && retype) await refuseEarly(session, command, context.io)
  await requireConsent(operation, targets, { yes, retype })
  const passwords = await passwordsWanted(args, session)
  const presenter = presenterOf(context.io, json, undefined, passwords?.(command.mxid ?? '', context.io))
  return carryOutShown(context.io, presenter, session, command, { keepReply: args.keepReply, insist: yes, self })
}

function describeUser({ name }: Operation): string {
  return name === 'create' ? 'username of the new account (alice)' : 'username or user ID (alice, @alice:example.org)'
}

/** Several accounts, or an option for batches: a batch may have a single account left. */
function isBatch({ from, parallel, failed, resume }: OperationArgs, users: readonly string[]): boolean {
  return users.length > 1 || [from, parallel, failed, resume].some((option) => option !== undefined)
}

function examples(operation: Operation): [string, string][] {
  const call = `$0 ${operation.name}${operation.argument === 'none' ? '' : ' alice'}`
  const list: [string, string][] = [[call, asPhrase(operation.summary)]]
  if (operation.writes) list.push([`${call} --dry-run`, 'show what would be sent and send nothing'])
  if (takesMany(operation)) list.push([`$0 ${operation.name} --from FILE`, 'read the users from a file (- is stdin)'])
  if (canResume(operation)) list.push([`$0 ${operation.name} --from FILE --resume`, 'continue after an interruption'])
  if (operation.retype) list.push([`${call} --yes`, 'skip the confirmation, for scripts'])
  return list
}

/** A summary as examples are described: without a capital. */
function asPhrase(summary: string): string {
  return summary.charAt(0).toLowerCase() + summary.slice(1)
}

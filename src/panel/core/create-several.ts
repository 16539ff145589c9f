import type { PasswordFinder } from '../../accounts/password-finder.ts'
import type { Session } from '../../config/session.ts'
import { SetupError } from '../../errors.ts'
import { type ItemWatcher, runBatch } from '../../operations/batch/run-batch.ts'
import { readTargets } from '../../operations/batch/users.ts'
import { findTime, openRoom } from '../../operations/carry-out.ts'
import type { Target } from '../../operations/target.ts'
import type { SeveralCreated, SeveralPage } from '../commands.ts'
import { reached, requireOperation } from './operate.ts'
import { collect, findPassword } from './recognise-password.ts'
import { failureOf } from './work.ts'

/** Accounts that one form may create. */
const most = 500
/** Commands in flight, as a batch of the command line has. */
const parallel = 4

/** Creates the accounts of a text, one username per line, and has each shown as its reply comes. Throws SetupError where a line is wrong: nothing is sent then. */
export async function createSeveral(session: Session, usernames: string, page: SeveralPage): Promise<SeveralCreated> {
  const operation = requireOperation('create')
  const targets = readTargets(operation, usernames, session.serverName)
  if (targets.length === 0) throw new SetupError('the list of users is empty: nothing was sent')
  if (targets.length > most)
    throw new SetupError(`${targets.length} accounts are more than ${most}: nothing was sent`, {
      hint: 'create them in several parts, or all at once with `matrix-users create --from FILE` on the command line',
    })
  const room = await openRoom(session, Date.now() + findTime)
  const { PasswordFinder } = await import('../../accounts/password-finder.ts')
  const finder = new PasswordFinder(session.auth, session.serverName)
  const watch = (target: Target) => watcherFor(target, finder, page)
  const order = { operation, targets, parallel, keepReply: undefined, self: false, stop: session.interrupt, watch }
  const { done, unsent, stoppedBy } = await runBatch(session, room, order)
  return {
    done: done.length,
    unsent: unsent.map(({ mxid }) => mxid),
    failure: stoppedBy && failureOf(stoppedBy),
  }
}

function watcherFor({ mxid }: Target, finder: PasswordFinder, page: SeveralPage): ItemWatcher {
  let isProven = false
  return {
    botSaid: () => {},
    warned: page.warned,
    async replied(_head, bytes, verdict) {
      const text = await collect(bytes)
      const password = await findPassword(finder, mxid, text, verdict, page)
      isProven = password !== undefined
      const hadNoEffect = (await verdict()).effect === false
      reached(await page.replied(mxid, { text: hadNoEffect ? '' : text, password }))
    },
    proven: () => isProven,
    ended: (result) => page.ended(mxid, result),
    failed: (error) => page.failed(mxid, failureOf(error)),
  }
}

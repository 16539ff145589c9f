import type { Session } from '../../config/session.ts'
import { SetupError } from '../../errors.ts'
import { type ItemWatcher, runBatch } from '../../operations/batch/run-batch.ts'
import { readTargets } from '../../operations/batch/users.ts'
import { openRoom } from '../../operations/carry-out.ts'
import { type FoundPassword, type PasswordSearch, recognisePasswords } from '../../operations/recognise-passwords.ts'
import type { Target } from '../../operations/target.ts'
import { collect } from '../../system/collect.ts'
import type { SeveralCreated, SeveralPage } from '../commands.ts'
import { reached, requireOperation } from './operate.ts'
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
  const room = await openRoom(session)
  const searchFor = recognisePasswords(session)
  const watch = (target: Target) => watcherFor(target, searchFor(target.mxid, page.warned), page)
  const order = { operation, targets, parallel, keepReply: undefined, self: false, stop: session.interrupt, watch }
  const { done, unsent, stoppedBy } = await runBatch(session, room, order)
  return {
    done: done.length,
    unsent: unsent.map(({ mxid }) => mxid),
    failure: stoppedBy && failureOf(stoppedBy),
  }
}

function watcherFor({ mxid }: Target, search: PasswordSearch, page: SeveralPage): ItemWatcher {
  let found: FoundPassword | undefined
  return {
    botSaid: () => {},
    warned: page.warned,
    async replied(_head, bytes, verdict) {
      const text = (await collect(bytes)).toString('utf8')
      found = await search(text, verdict)
      const password = found.kind === 'password' ? found.password : undefined
      reached(await page.replied(mxid, { text: found.kind === 'refusal' ? '' : text, password }))
    },
    proven: () => found?.kind === 'password',
    ended: (result) => page.ended(mxid, result),
    failed: (error) => page.failed(mxid, failureOf(error)),
  }
}

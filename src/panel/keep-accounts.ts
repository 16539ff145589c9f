import type { Account } from '../accounts/states.ts'
import type { AccountList, Commands, Ended } from './commands.ts'

/** ms for which what the server said of its accounts is kept. */
const kept = 5000

/** The same commands, with what the server says of its accounts kept for a moment, and dropped at any change made here. */
export function keepAccounts(commands: Commands, now: () => number): Commands {
  let list: { asked: number; answer: Promise<Ended<AccountList>> } | undefined
  const states = new Map<string, { asked: number; account: Account }>()
  let changes = 0
  const drop = () => {
    changes += 1
    list = undefined
    states.clear()
  }
  const isFresh = ({ asked }: { asked: number }) => now() - asked < kept
  const dropping =
    <Args extends unknown[], T>(command: (...args: Args) => Promise<T>) =>
    (...args: Args) => {
      drop()
      return command(...args).finally(drop)
    }
  return {
    ...commands,
    operate: dropping(commands.operate),
    createSeveral: dropping(commands.createSeveral),
    async listAccounts() {
      if (list !== undefined && isFresh(list)) return list.answer
      const asking = { asked: Number.POSITIVE_INFINITY, answer: commands.listAccounts() }
      list = asking
      const answer = await asking.answer
      asking.asked = now()
      if (answer.kind === 'failed' && list === asking) list = undefined
      return answer
    },
    async askStates(userIds, onProgress) {
      const before = changes
      for (const [id, state] of states) if (!isFresh(state)) states.delete(id)
      // Taken now: a change, or another request, may drop them while the others are asked for.
      const accounts = new Map(userIds.flatMap((id) => states.get(id)?.account ?? []).map((one) => [one.userId, one]))
      const known = accounts.size
      const missing = userIds.filter((id) => !accounts.has(id))
      if (missing.length > 0) {
        const answer = await commands.askStates(missing, (more) => onProgress?.(known + more))
        if (answer.kind === 'failed') return answer
        for (const account of answer.result) {
          accounts.set(account.userId, account)
          if (before === changes) states.set(account.userId, { asked: now(), account })
        }
      }
      return { kind: 'done', result: userIds.flatMap((id) => accounts.get(id) ?? []) }
    },
  }
}

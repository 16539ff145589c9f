import { userIds } from '../../accounts/ids.ts'
import type { Account } from '../../accounts/states.ts'
import type { Session } from '../../config/session.ts'
import { commandFor } from '../../operations/admin-command.ts'
import { carryOut } from '../../operations/carry-out.ts'
import type { AccountDetails, AccountList } from '../commands.ts'
import { requireOperation } from './operate.ts'

/** Characters of the server's own text that a page shows at most. */
const longest = 2 * 1024 * 1024

/** The accounts in the order of their ids: the server has none. */
export async function listAccounts(session: Session): Promise<AccountList> {
  const ids: string[] = []
  const text = new Text()
  await carryOut(session, commandFor(requireOperation('list'), session.settings.prefix), {
    botSaid: () => {},
    warned: () => {},
    async replied(_head, bytes) {
      for await (const some of userIds(text.copy(bytes), session.serverName)) for (const id of some) ids.push(id)
    },
  })
  return { userIds: ids.sort(), text: text.value, isCut: text.isCut }
}

export async function askStates(
  session: Session,
  ids: readonly string[],
  onProgress?: (known: number) => void,
): Promise<Account[]> {
  const { askAccounts } = await import('../../accounts/states.ts')
  return askAccounts(session, ids, onProgress)
}

export async function askDetails(session: Session, userId: string): Promise<AccountDetails> {
  const { askAccounts, askDisplayNames } = await import('../../accounts/states.ts')
  const [[account], [displayName = null]] = await Promise.all([
    askAccounts(session, [userId]),
    askDisplayNames(session, [userId]),
  ])
  if (account === undefined) throw new Error('no answer')
  return { account, displayName }
}

/** The beginning of what passes through, as text. */
class Text {
  value = ''
  isCut = false
  readonly #decoder = new TextDecoder()

  async *copy(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of bytes) {
      this.#add(this.#decoder.decode(part, { stream: true }))
      yield part
    }
  }

  #add(text: string): void {
    this.isCut ||= this.value.length + text.length > longest
    this.value += text.slice(0, longest - this.value.length)
  }
}

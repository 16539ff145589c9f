import type { Hono } from 'hono'
import type { Result } from '../../operations/result.ts'
import { type Change, changeRoutes } from '../change-routes.tsx'
import type { Failure, Reply, SeveralCreated, SeveralPage } from '../commands.ts'
import { ChangeForm, field, spelling } from '../pages/change-form.tsx'
import { cut } from '../pages/layout.tsx'
import { Remarks } from '../pages/result.tsx'
import { CreatedCells, CreatedEnd, CreatedOutcome, CreatedTable } from '../pages/several-page.tsx'
import type { PanelEnv } from '../panel-context.ts'
import { asTyped, keysFor, type Parts } from '../parts.ts'
import type { Show } from '../send-page.tsx'

const name = 'create-several'

/** Several new accounts at once: nothing of them is kept here. */
export function severalRoutes(parts: Parts): Hono<PanelEnv> {
  const { commands, guard } = parts
  const change: Change = {
    name,
    place: 'Accounts',
    heading: 'Create several accounts',
    about: 'The server generates a password for each, which is shown once. Up to 500 accounts at a time.',
    isWide: true,
    links: () => [{ path: name, text: 'Create more' }],
    form: (c, { focus }) => (
      <ChangeForm action={name} keys={keysFor(c, name)} button="Create accounts" focus={focus}>
        <label>
          Usernames, one per line
          <textarea {...field('users', focus)} rows={8} {...spelling}>
            {asTyped(c, 'users')}
          </textarea>
        </label>
      </ChangeForm>
    ),
    async carryOut(c, _frame, show) {
      const rows = new CreatedRows(show)
      const ended = await commands.createSeveral(asTyped(c, 'users'), rows, guard.visitor(c))
      if (ended.kind === 'failed') return { failure: ended.failure, focus: 'users' }
      await rows.close(ended.result)
      return ended.result.failure && { failure: ended.result.failure, isShown: true }
    },
  }
  return changeRoutes(parts, change)
}

/** The rows of a table that is sent as the accounts are created: a password at once, how it ended after that. */
class CreatedRows implements SeveralPage {
  readonly #show: Show
  readonly #passwords: [string, string][] = []
  readonly #remarks: string[] = []
  #count = 0
  #isRowOpen = false

  constructor(show: Show) {
    this.#show = show
  }

  readonly warned = (text: string): void => void this.#remarks.push(text)

  readonly replied = async (userId: string, reply: Reply): Promise<boolean> => {
    const isThere = await this.#open(userId, reply)
    if (reply.password !== undefined) this.#passwords.push([userId, reply.password])
    return isThere
  }

  readonly ended = (_userId: string, result: Result): Promise<unknown> => this.#end(result)

  readonly failed = async (userId: string, failure: Failure): Promise<unknown> => {
    if (!this.#isRowOpen) await this.#open(userId, undefined)
    return this.#end(failure)
  }

  /** Ends the table. */
  async close(created: SeveralCreated): Promise<void> {
    if (this.#count > 0) await this.#show(tableParts()[1])
    await this.#show(<Remarks lines={this.#remarks} />)
    const total = this.#count + created.unsent.length
    await this.#show(<CreatedEnd {...created} total={total} passwords={this.#passwords} />)
  }

  async #open(userId: string, reply: Reply | undefined): Promise<boolean> {
    const before = this.#count === 0 ? tableParts()[0] : ''
    this.#count += 1
    this.#isRowOpen = true
    return this.#show(`${before}<tr>${<CreatedCells userId={userId} reply={reply} />}`)
  }

  async #end(of: Result | Failure): Promise<void> {
    this.#isRowOpen = false
    await this.#show(`${<CreatedOutcome of={of} />}</tr>`)
  }
}

/** What stands before the rows, and after them. */
function tableParts(): [before: string, after: string] {
  return cut((<CreatedTable />).toString())
}

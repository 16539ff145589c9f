import type { Hono } from 'hono'
import { type Change, changeRoutes, type Failed } from '../change.tsx'
import type { Commands, Failure, Reply, Visitor } from '../commands.ts'
import type { PanelContext, PanelEnv } from '../context.ts'
import { ChangeForm, field, spelling } from '../pages/form.tsx'
import { verdictOf } from '../pages/result.tsx'
import { type Created, CreatedEnd, CreatedOutcome, CreatedRow } from '../pages/several.tsx'
import { keysFor, type Parts } from '../panel.ts'
import type { Show } from '../send-page.tsx'
import { parseUsernames } from '../usernames.ts'

const name = 'create-several'

/** Several new accounts at once: nothing of them is kept here. */
export function severalRoutes(parts: Parts): Hono<PanelEnv> {
  const { commands, guard } = parts
  const change: Change = {
    name,
    place: 'Accounts',
    heading: 'Create several accounts',
    about: 'The server generates a password for each, which is shown once.',
    links: () => [{ path: name, text: 'Create more' }],
    form: (c, { focus }) => (
      <ChangeForm action={name} keys={keysFor(c, name)} button="Create accounts" focus={focus}>
        <label>
          Usernames, one per line
          <textarea {...field('users', focus)} rows={8} {...spelling}>
            {typed(c)}
          </textarea>
        </label>
      </ChangeForm>
    ),
    async carryOut(c, { serverName }, show) {
      const { names, faults } = parseUsernames(typed(c))
      if (faults.length > 0) return { failure: faulty(faults), focus: 'users' }
      return createAll(names, { commands, serverName, visitor: guard.visitor(c), show })
    },
  }
  return changeRoutes(parts, change)
}

interface Around {
  commands: Commands
  serverName: string
  visitor: Visitor
  show: Show
}

/** One after another. What is not one account's fault ends it: names were checked before. */
async function createAll(names: readonly string[], around: Around): Promise<Failed | undefined> {
  const rows: Created[] = []
  for (const username of names) {
    const created = await createOne(username, around)
    if ('failure' in created) {
      const [unconfirmed, ...unsent] = names.slice(rows.length)
      await around.show(<CreatedEnd rows={rows} unconfirmed={unconfirmed} unsent={unsent} />)
      return { failure: created.failure, isShown: true }
    }
    rows.push(created)
  }
  await around.show(<CreatedEnd rows={rows} unconfirmed={undefined} unsent={[]} />)
  return undefined
}

async function createOne(username: string, around: Around): Promise<Created | { failure: Failure }> {
  const { commands, serverName, visitor, show } = around
  const userId = `@${username}:${serverName}`
  let password: string | undefined
  const page = {
    botSaid: () => {},
    warned: () => {},
    retyped: () => '',
    replied(reply: Reply) {
      password = reply.password
      return show(<CreatedRow userId={userId} reply={reply} />)
    },
  }
  const ended = await commands.operate('create', username, page, visitor)
  if (ended.kind === 'failed') return ended
  const created = { userId, password, ...verdictOf(ended.result, 'Created') }
  await show(<CreatedOutcome {...created} />)
  return created
}

function faulty(faults: readonly string[]): Failure {
  return { message: `nothing was sent: ${faults.join('; ')}`, hint: undefined, hintIsForShell: false, exitCode: 2 }
}

function typed(c: PanelContext): string {
  const sent = c.get('field') as ((name: string) => string) | undefined
  return sent?.('users') ?? ''
}

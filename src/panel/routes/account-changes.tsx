import { Hono } from 'hono'
import type { Operation } from '../../operations/table.ts'
import { type Change, changeRoutes, type Failed } from '../change-routes.tsx'
import type { Commands, OperationPage } from '../commands.ts'
import { changes, successOf, wordingOf } from '../operation-words.ts'
import { accountAddress } from '../pages/accounts-page.tsx'
import { ChangeForm, type FieldName, field, spelling } from '../pages/change-form.tsx'
import type { Frame } from '../pages/layout.tsx'
import { OperationEnd, ReplyView } from '../pages/result.tsx'
import type { PanelContext, PanelEnv } from '../panel-context.ts'
import { keysFor, type Parts, typedIn } from '../parts.ts'
import type { Show } from '../send-page.tsx'

/** Every operation that changes an account. */
export function operationRoutes(parts: Parts): Hono<PanelEnv> {
  const app = new Hono<PanelEnv>()
  for (const operation of changes) app.route('/', changeRoutes(parts, changeOf(parts, operation)))
  return app
}

function changeOf({ commands, guard }: Parts, operation: Operation): Change {
  const { name } = operation
  const { heading, about, button } = wordingOf(operation)
  return {
    name,
    place: 'Accounts',
    heading,
    about,
    links: (c, frame) => [
      ...(name === 'create' ? [{ path: 'create', text: 'Create another' }] : []),
      ...accountLink(userIdOf(c, frame)),
    ],
    form: (c, { frame, focus }) => (
      <ChangeForm
        action={name}
        keys={keysFor(c, name)}
        button={button}
        danger={operation.retype !== undefined}
        focus={focus}
      >
        <AccountFields {...{ operation, frame, focus }} typed={(field) => typedIn(c, field)} />
      </ChangeForm>
    ),
    carryOut: (c, frame, show) => carryOut(c, { commands, frame, operation, visitor: guard.visitor(c) }, show),
  }
}

interface AccountFieldsProps {
  operation: Operation
  frame: Frame
  focus: FieldName | undefined
  typed(name: 'user' | 'retyped'): string
}

function AccountFields({ operation, frame, focus, typed }: AccountFieldsProps) {
  const isNew = operation.name === 'create'
  const placeholder = isNew ? 'alice' : `@alice:${frame.serverName}`
  return (
    <>
      <label>
        {isNew ? 'Username' : 'Username or user ID'}
        <input
          {...field('user', focus)}
          value={typed('user')}
          placeholder={placeholder}
          maxlength={255}
          {...spelling}
        />
      </label>
      {isNew && (
        <p class="back">
          <a href="create-several">Create several accounts</a>
        </p>
      )}
      {operation.retype !== undefined && (
        <label>
          Retype the user ID, like @alice:{frame.serverName}
          <input {...field('retyped', focus)} value={typed('retyped')} maxlength={255} {...spelling} />
        </label>
      )}
    </>
  )
}

interface Carried {
  commands: Commands
  frame: Frame
  operation: Operation
  visitor: ReturnType<Parts['guard']['visitor']>
}

async function carryOut(
  c: PanelContext,
  { commands, frame, operation, visitor }: Carried,
  show: Show,
): Promise<Failed | undefined> {
  const user = typedIn(c, 'user')
  const [serverSaid, remarks]: [string[], string[]] = [[], []]
  let [isShown, focus]: [boolean, FieldName] = [false, 'user']
  const page: OperationPage = {
    botSaid: (text) => void serverSaid.push(text),
    warned: (text) => void remarks.push(text),
    retyped() {
      focus = 'retyped'
      return typedIn(c, 'retyped')
    },
    replied(reply) {
      isShown = true
      return show(<ReplyView {...reply} />)
    },
  }
  const ended = await commands.operate(operation.name, user, page, visitor)
  if (ended.kind === 'failed') return { failure: ended.failure, isShown, focus }
  const success = successOf(operation, userIdOf(c, frame))
  await show(<OperationEnd {...{ result: ended.result, success, serverSaid, remarks }} />)
  return undefined
}

function userIdOf(c: PanelContext, { serverName }: Frame): string {
  const user = typedIn(c, 'user')
  return user.startsWith('@') ? user : `@${user}:${serverName}`
}

function accountLink(userId: string): { path: string; text: string }[] {
  return /^@[a-z0-9._=/+-]+:/.test(userId) ? [{ path: accountAddress(userId), text: 'Open account' }] : []
}

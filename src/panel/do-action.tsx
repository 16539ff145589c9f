import type { Child } from 'hono/jsx'
import { invitationText } from '../invites/message.ts'
import type { Result } from '../operations/result.ts'
import { escapeControls } from '../system/foreign-text.ts'
import type { Action } from './actions.ts'
import type { Commands, Ended, Failure, MintedInvites, Visitor } from './commands.ts'
import type { FieldName } from './pages/form.tsx'
import { Copyable, InvitationView } from './pages/result.tsx'

/** What was typed into a form. */
export interface Typed {
  value: string
  /** What was typed where the exact id is asked for. */
  retyped(): string
}

/** How an action ended, besides what was shown of it while it was done. */
export interface Done {
  failure: Failure | undefined
  /** Of an operation on an account. */
  result: Result | undefined
  isShown: boolean
  /** What the bot said that is no reply. */
  serverSaid: readonly string[]
  remarks: readonly string[]
  /** The field that is to be looked at again. */
  focus: FieldName | undefined
}

/** Shows a part of the page; false if the browser has gone away. */
type Show = (part: Child) => Promise<boolean>

/** Does an action, and shows what comes of it as it comes. */
export async function doAction(
  commands: Commands,
  action: Action,
  { value, retyped }: Typed,
  visitor: Visitor,
  show: Show,
): Promise<Done> {
  const [serverSaid, remarks]: [string[], string[]] = [[], []]
  let focus: FieldName | undefined = action.field?.name
  let isShown = false
  const shown = (part: Child) => {
    isShown = true
    return show(part)
  }
  const page = {
    botSaid: (text: string) => void serverSaid.push(escapeControls(text)),
    warned: (text: string) => void remarks.push(escapeControls(text)),
    retyped() {
      focus = 'retyped'
      return retyped()
    },
  }
  const ended = async (): Promise<{ failure?: Failure | undefined; result?: Result }> => {
    switch (action.kind) {
      case 'operation': {
        const replied = async (bytes: AsyncIterable<Uint8Array>) => shown(<Reply text={await collect(bytes)} />)
        const operated = await commands.operate(action.name, value, { ...page, replied }, visitor)
        return operated.kind === 'done' ? { result: operated.result } : operated
      }
      case 'mint':
        return mint(commands, value, page, visitor, shown)
      case 'take':
        return failureOf(
          await commands.takeInvite(
            {
              ...page,
              handed: (invitation) => shown(<InvitationView message={invitationText(invitation)} {...invitation} />),
            },
            visitor,
          ),
        )
    }
  }
  const { failure, result } = await ended()
  return { failure, result, isShown, serverSaid, remarks, focus }
}

async function mint(
  commands: Commands,
  value: string,
  page: { warned(text: string): void },
  visitor: Visitor,
  show: Show,
): Promise<{ failure?: Failure | undefined }> {
  if (!/^[1-9]\d?$/.test(value)) return { failure: notACount }
  const ended = await commands.mintInvites(Number(value), page, visitor)
  if (ended.kind === 'failed') return ended
  await show(<Copyable id="reply" label="Result" name="result" text={inWords(ended.result)} />)
  return { failure: ended.result.failure }
}

const notACount: Failure = {
  message: 'that is not a number from 1 to 99: nothing was done',
  hint: undefined,
  hintIsForShell: false,
  exitCode: 2,
}

function inWords({ minted, expires, file }: MintedInvites): string {
  const until = expires?.toISOString().slice(0, 10)
  return escapeControls(`${minted} ${minted === 1 ? 'invite' : 'invites'} on record until ${until}: ${file}`)
}

function Reply({ text }: { text: string }) {
  return <Copyable id="reply" label="The server’s reply" name="reply" text={escapeControls(text)} />
}

function failureOf<T>(ended: Ended<T>): { failure?: Failure } {
  return ended.kind === 'failed' ? { failure: ended.failure } : {}
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

import type { Redaction, Result } from '../../operations/result.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { Reply } from '../commands.ts'
import { CopyButton, Scrollable } from './copyable.tsx'
import { type Frame, Later, Page, type Place } from './layout.tsx'
import { sentence } from './sentence.ts'

interface ResultPageProps {
  frame: Frame
  heading: string
  place: Place
  isWide: boolean
}

/** What is being done, and the place where what comes of it is put as it arrives. */
export function ResultPage({ frame, heading, place, isWide }: ResultPageProps) {
  return (
    <Page frame={frame} title={heading} place={place} narrow={!isWide}>
      <h1>{heading}</h1>
      <div class="result">
        <p class="waiting">Asking the server …</p>
        <Later />
      </div>
    </Page>
  )
}

export interface ResultLink {
  path: string
  text: string
}

/** Where to continue from a result. */
export function ResultLinks({ links, back }: { links: readonly ResultLink[]; back: Place }) {
  return (
    <p class="buttons" id="after">
      {links.map(({ path, text }) => (
        <a class="button plain" href={path}>
          {text}
        </a>
      ))}
      <a class="button plain" href={back === 'Invites' ? 'invites' : './'}>
        Back to {back.toLowerCase()}
      </a>
    </p>
  )
}

/** The reply to an operation; a password that was recognised in it has a field of its own. */
export function ReplyView({ text, password }: Reply) {
  return (
    <>
      {password !== undefined && (
        <section class="card">
          <h2>Password</h2>
          <p class="soft">Copy it now. It is not shown again.</p>
          <div class="secret">
            <code id="password">{escapeControls(password)}</code>
            <CopyButton of="password" name="password" primary />
          </div>
        </section>
      )}
      {text !== '' && (
        <div class="actions">
          <details open={password === undefined}>
            <summary>
              <strong>The server’s reply</strong>
            </summary>
            <Scrollable id="reply" label="The server’s reply" text={escapeControls(text)} />
            <CopyButton of="reply" name="reply" />
          </details>
        </div>
      )}
    </>
  )
}

/** Green for what the server confirms only. */
export type Tone = 'good' | 'neutral' | 'bad'

/** What became of it, in a sentence. */
export function VerdictLine({ tone, text }: { tone: Tone; text: string }) {
  return (
    <p class={`notice verdict ${tone}`} role="status">
      {text}
    </p>
  )
}

interface OperationEndProps {
  result: Result
  /** A success in a sentence. */
  success: string
  serverSaid: readonly string[]
  remarks: readonly string[]
}

/** How an operation on an account ended. */
export function OperationEnd({ result, success, serverSaid, remarks }: OperationEndProps) {
  const { redaction } = result
  return (
    <>
      <VerdictLine {...verdictOf(result, success)} />
      {redaction.kind === 'done' && <p class="soft">The reply was removed from the admin room.</p>}
      {stillThere(redaction).map((line) => (
        <p class="notice bad">{line}</p>
      ))}
      <Remarks lines={remarks} />
      {serverSaid.length > 0 && (
        <section class="card">
          <h2>The server also said</h2>
          {serverSaid.map((line) => (
            <p class="foreign">{escapeControls(line)}</p>
          ))}
        </section>
      )}
    </>
  )
}

/** Which replies are still in the room, a sentence each. */
export function stillThere(redaction: Redaction): string[] {
  if (redaction.kind !== 'failed') return []
  return redaction.failures.map(({ replyId, problem }) =>
    escapeControls(`The password is still in the admin room. The reply ${replyId} could not be removed: ${problem}`),
  )
}

export function Remarks({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line) => (
        <p class="notice">{sentence(escapeControls(line))}</p>
      ))}
    </>
  )
}

export function verdictOf({ effect, note }: Result, success: string): { tone: Tone; text: string } {
  if (effect === false)
    return { tone: 'bad', text: `The command had no effect${note === undefined ? '' : `: ${note}`}` }
  if (effect) return { tone: 'good', text: success }
  if (note !== undefined) return { tone: 'neutral', text: sentence(note) }
  return { tone: 'neutral', text: 'The command was sent. The server cannot confirm that it took effect.' }
}

import { renderSVG } from 'uqr'
import type { Result } from '../../operations/result.ts'
import type { Failure } from '../commands.ts'
import { ActionForm, type Form } from './form.tsx'
import { BackLink, Later, Layout } from './layout.tsx'
import { Problem } from './problem.tsx'
import { Scrollable } from './scrollable.tsx'

/** What is being done, and the place where what comes of it is put as it arrives. */
export function ResultPage({ title, summary }: { title: string; summary: string }) {
  return (
    <Layout title={title}>
      <main class="narrow">
        <h1>{title}</h1>
        <p>{summary}</p>
        <div class="result" aria-live="polite">
          <p class="waiting">Asking the homeserver …</p>
          <Later />
        </div>
        <BackLink />
      </main>
    </Layout>
  )
}

/** A text to read and to copy. `name`: what it is, in a word. */
export function Copyable({ id, label, name, text }: { id: string; label: string; name: string; text: string }) {
  return (
    <div>
      <h2>{label}</h2>
      <Scrollable id={id} label={label} text={text} />
      <p class="copy" hidden>
        <button type="button" class="quiet" data-copy={id}>
          Copy the {name}
        </button>{' '}
        <span role="status" />
      </p>
    </div>
  )
}

export interface Invitation {
  /** The message to send on. */
  message: string
  token: string
  link: string | undefined
}

export function InvitationView({ message, token, link }: Invitation) {
  return (
    <div>
      <Copyable id="message" label="A message to send on" name="message" text={message} />
      {link === undefined ? (
        <Copyable id="token" label="Token" name="token" text={token} />
      ) : (
        <Copyable id="token" label="Link" name="link" text={link} />
      )}
      <div
        class="qr"
        role="img"
        aria-label={`The ${link === undefined ? 'token' : 'link'} as a QR code`}
        dangerouslySetInnerHTML={{ __html: renderSVG(link ?? token, { border: 2 }) }}
      />
    </div>
  )
}

export interface Outcome {
  failure: Failure | undefined
  /** Of an operation on an account. */
  result: Result | undefined
  serverSaid: readonly string[]
  remarks: readonly string[]
  /** Where nothing was done: the form, to be sent again. */
  form: Form | undefined
}

export function OutcomeView({ failure, result, serverSaid, remarks, form }: Outcome) {
  const redaction = result?.redaction
  return (
    <div class="outcome">
      {failure ? (
        <Problem {...failure} />
      ) : (
        <p class={result?.effect === false ? 'problem' : 'done'} role="status">
          {inWords(result)}
        </p>
      )}
      {redaction?.kind === 'done' && (
        <p>The reply holds a password and was removed from the admin room: it is shown here once.</p>
      )}
      {redaction?.kind === 'failed' && (
        <p class="remark">
          The password stays in the admin room: redacting the reply {redaction.replyId} failed: {redaction.problem}
        </p>
      )}
      {remarks.map((remark) => (
        <p class="remark">{remark}</p>
      ))}
      {serverSaid.length > 0 && <ServerSaid lines={serverSaid} />}
      {form && (
        <div class="card">
          <ActionForm {...form} />
        </div>
      )}
    </div>
  )
}

function ServerSaid({ lines }: { lines: readonly string[] }) {
  return (
    <section>
      <h2>The server also said</h2>
      {lines.map((line) => (
        <p class="remark">{line}</p>
      ))}
    </section>
  )
}

/** What became of it. A note says more than the effect alone. */
function inWords(result: Result | undefined): string {
  if (result === undefined) return 'Done.'
  const { effect, note } = result
  if (effect === false) return note === undefined ? 'the command had no effect' : `the command had no effect: ${note}`
  if (note !== undefined) return note
  return effect
    ? "Done: the account's state shows it."
    : 'The server answered as above; the account’s state cannot show whether it took effect.'
}

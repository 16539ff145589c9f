import { renderSVG } from 'uqr'
import { Later, Layout } from './layout.tsx'
import { Problem } from './users.tsx'

/** What is being done, and the place where what comes of it is put as it arrives. */
export function ResultPage({ what, summary }: { what: string; summary: string }) {
  return (
    <Layout title={what}>
      <main class="narrow">
        <h1>{what}</h1>
        <p>{summary}</p>
        <div class="result" aria-live="polite">
          <p class="waiting">Asking the homeserver …</p>
          <Later />
        </div>
        <p>
          <a href="./">Back to the users</a>
        </p>
      </main>
    </Layout>
  )
}

/** A text to read and to copy. */
export function Copyable({ id, label, text }: { id: string; label: string; text: string }) {
  return (
    <section aria-label={label}>
      <h2>{label}</h2>
      <pre id={id} tabindex={0}>
        <code>{text}</code>
      </pre>
      <button type="button" class="quiet" data-copy={id} hidden>
        Copy
      </button>
    </section>
  )
}

export interface Invitation {
  /** The message to send on. */
  message: string
  token: string
  link: string | null
}

export function InvitationView({ message, token, link }: Invitation) {
  return (
    <div>
      <Copyable id="message" label="A message to send on" text={message} />
      <Copyable id="token" label={link === null ? 'Token' : 'Link'} text={link ?? token} />
      <div
        class="qr"
        role="img"
        aria-label="The same as a QR code"
        dangerouslySetInnerHTML={{ __html: renderSVG(link ?? token, { border: 2 }) }}
      />
    </div>
  )
}

export interface Outcome {
  code: number
  error?: string | undefined
  hint?: string | undefined
  /** Whether it took effect; undefined where that is not asked. */
  effect?: boolean | null | undefined
  redacted?: boolean | undefined
  remarks: readonly string[]
}

export function OutcomeView({ code, error, hint, effect, redacted, remarks }: Outcome) {
  return (
    <div class="outcome">
      {error !== undefined && <Problem message={error} hint={hint} />}
      {error === undefined && (
        <p class={code === 0 ? 'done' : 'problem'} role="status">
          {describe(code, effect)}
        </p>
      )}
      {redacted && <p>The reply holds a password and was removed from the admin room: it is shown here once.</p>}
      {remarks.map((remark) => (
        <p class="remark">{remark}</p>
      ))}
    </div>
  )
}

function describe(code: number, effect: boolean | null | undefined): string {
  if (code !== 0) return "It had no effect: the account's state shows it."
  if (effect === true) return "Done: the account's state shows it."
  return effect === null
    ? 'The server answered as above; the account’s state cannot show whether it took effect.'
    : 'Done.'
}

import { renderSVG } from 'uqr'
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
  link: string | null
}

export function InvitationView({ message, token, link }: Invitation) {
  return (
    <div>
      <Copyable id="message" label="A message to send on" name="message" text={message} />
      {link === null ? (
        <Copyable id="token" label="Token" name="token" text={token} />
      ) : (
        <Copyable id="token" label="Link" name="link" text={link} />
      )}
      <div
        class="qr"
        role="img"
        aria-label={`The ${link === null ? 'token' : 'link'} as a QR code`}
        dangerouslySetInnerHTML={{ __html: renderSVG(link ?? token, { border: 2 }) }}
      />
    </div>
  )
}

export interface Outcome {
  code: number
  error?: string | undefined
  hint?: string | undefined
  told: {
    /** Whether it took effect; undefined where that is not asked. */
    effect?: boolean | null
    redacted?: boolean
  }
  serverSaid: readonly string[]
  remarks: readonly string[]
  /** Where nothing was done: the form, to be sent again. */
  form: Form | undefined
}

export function OutcomeView({ code, error, hint, told, serverSaid, remarks, form }: Outcome) {
  const verdict = remarks.find((remark) => ofVerdict.test(remark))
  return (
    <div class="outcome">
      {error !== undefined && <Problem message={error} hint={hint} />}
      {error === undefined && (
        <p class={code === 0 ? 'done' : 'problem'} role="status">
          {verdict?.replace(/^note: /, '') ?? describe(code, told.effect)}
        </p>
      )}
      {told.redacted && <p>The reply holds a password and was removed from the admin room: it is shown here once.</p>}
      {remarks
        .filter((remark) => remark !== verdict)
        .map((remark) => (
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

/** How a command ends its remarks on the effect: they say more than the effect alone. */
const ofVerdict = /^(note: |the command had no effect)/

function describe(code: number, effect: boolean | null | undefined): string {
  if (code !== 0) return "It had no effect: the account's state shows it."
  if (effect === true) return "Done: the account's state shows it."
  return effect === null
    ? 'The server answered as above; the account’s state cannot show whether it took effect.'
    : 'Done.'
}

import type { Action } from '../actions.ts'
import { Later, Layout } from './layout.tsx'

export interface UsersPageProps {
  /** Where this is: the server's name, or why there is none. */
  serverName: string
  actions: readonly Action[]
  csrf: string
  /** A fresh id for a form. */
  formId(): string
}

/** The forms, then the place where the list comes once it has arrived. */
export function UsersPage({ serverName, actions, csrf, formId }: UsersPageProps) {
  return (
    <Layout title={`Users of ${serverName}`}>
      <a class="skip" href="#accounts">
        To the list of accounts
      </a>
      <header>
        <h1>Users of {serverName}</h1>
        <form method="post" action="leave">
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" class="quiet">
            Log out
          </button>
        </form>
      </header>
      <main>
        <section aria-label="What can be done">
          {actions.map((action) => (
            <details name="action">
              <summary>
                <strong>{action.name.replaceAll('-', ' ')}</strong>
                <span>{action.summary}</span>
              </summary>
              <ActionForm action={action} csrf={csrf} formId={formId()} serverName={serverName} />
            </details>
          ))}
        </section>
        <section id="accounts" aria-labelledby="accounts-title">
          <h2 id="accounts-title">Accounts</h2>
          <p class="waiting">Asking the homeserver for the list …</p>
          <Later />
        </section>
      </main>
    </Layout>
  )
}

function ActionForm({
  action,
  csrf,
  formId,
  serverName,
}: {
  action: Action
  csrf: string
  formId: string
  serverName: string
}) {
  const { name, field, irreversible } = action
  const spelling = { autocomplete: 'off', autocapitalize: 'none', autocorrect: 'off' } as const
  return (
    <form method="post" action={name}>
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="form" value={formId} />
      {field?.name === 'user' && (
        <label>
          {field.label}
          <input name="user" placeholder={field.example} maxlength={255} required {...spelling} />
        </label>
      )}
      {field?.name === 'count' && (
        <label>
          {field.label}
          <input name="count" type="number" min={1} max={99} value={field.example} inputmode="numeric" required />
        </label>
      )}
      {irreversible && (
        <label>
          It cannot be undone. Its full id again, like @alice:{serverName}
          <input name="retyped" required {...spelling} />
        </label>
      )}
      <label>
        Your password of this page
        <input type="password" name="password" autocomplete="current-password" required />
      </label>
      <button type="submit" class={irreversible ? 'danger' : ''}>
        {name.replaceAll('-', ' ')}
      </button>
    </form>
  )
}

/** The list as the server wrote it. */
export function AccountList({ list, cutAt }: { list: string; cutAt: number | undefined }) {
  return (
    <div class="list">
      <label class="filter" hidden>
        Show lines that contain
        <input type="search" data-filter="accounts-list" autocomplete="off" />
      </label>
      <pre id="accounts-list" tabindex={0}>
        <code>{list}</code>
      </pre>
      {cutAt !== undefined && (
        <p>The list is longer: here are its first {cutAt} characters. The command line shows all of it.</p>
      )}
    </div>
  )
}

export function Problem({ message, hint }: { message: string; hint?: string | undefined }) {
  return (
    <div class="problem" role="alert">
      <p>{message}</p>
      {hint && <p>{hint}</p>}
    </div>
  )
}

import { ActionForm, type Form } from './form.tsx'
import { Later, Layout } from './layout.tsx'
import { Scrollable } from './scrollable.tsx'

export interface UsersPageProps {
  /** Where this is: the server's name, or why there is none. */
  serverName: string
  csrf: string
  forms: readonly Form[]
}

/** The forms, then the place where the list comes once it has arrived. */
export function UsersPage({ serverName, csrf, forms }: UsersPageProps) {
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
          {forms.map((form) => (
            <details name="action">
              <summary>
                <strong>{form.action.name.replaceAll('-', ' ')}</strong>
                <span>{form.action.summary}</span>
              </summary>
              <ActionForm {...form} />
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

/** The list as the server wrote it. */
export function AccountList({ list, cutAt }: { list: string; cutAt: number | undefined }) {
  return (
    <div class="list">
      <div class="filter" hidden>
        <label>
          Show lines that contain
          <input type="search" data-filter="accounts-list" autocomplete="off" />
        </label>
        <p class="remark" role="status" />
      </div>
      <Scrollable id="accounts-list" label="Accounts, as the server lists them" text={list} />
      {cutAt !== undefined && (
        <p>The list is longer: here are its first {cutAt} characters. The command line shows all of it.</p>
      )}
    </div>
  )
}

import { escapeControls } from '../../system/foreign-text.ts'
import type { Reply } from '../commands.ts'
import { CopyButton } from './copyable.tsx'
import type { Tone } from './result.tsx'

/** What became of one of several new accounts. */
export interface Created {
  userId: string
  password: string | undefined
  tone: Tone
  text: string
}

/** A new account and its password: a row, and on paper a card. The server's reply where no password was recognised in it. */
export function CreatedRow({ userId, reply: { text, password } }: { userId: string; reply: Reply }) {
  return (
    <section class="created">
      <h2>{userId}</h2>
      {password === undefined ? <pre>{escapeControls(text)}</pre> : <code>{escapeControls(password)}</code>}
    </section>
  )
}

export function CreatedOutcome({ tone, text }: Created) {
  return <p class={`outcome ${tone}`}>{text}</p>
}

interface CreatedEndProps {
  rows: readonly Created[]
  /** At which it ended: the command may have been sent. */
  unconfirmed: string | undefined
  unsent: readonly string[]
}

/** What can be done with the passwords while the page is open: the server keeps none. */
export function CreatedEnd({ rows, unconfirmed, unsent }: CreatedEndProps) {
  const done = rows.filter(({ tone }) => tone === 'good').length
  const all = rows.length + (unconfirmed === undefined ? 0 : 1) + unsent.length
  const lines = rows.flatMap(({ userId, password }) => (password === undefined ? [] : [[userId, password]]))
  const table = lines.map((line) => `${line.join('\t')}\n`).join('')
  return (
    <>
      <p class={`notice verdict ${done === all ? 'good' : 'bad'}`} role="status">
        Created {done} of {all} accounts
      </p>
      {unconfirmed !== undefined && <p class="notice bad">Not confirmed: {unconfirmed}</p>}
      {unsent.length > 0 && <p class="notice bad">Not sent: {unsent.join(', ')}</p>}
      {lines.length > 0 && (
        <div class="card screen">
          <p class="soft">Save the passwords now. They are not shown again.</p>
          <div class="buttons">
            <a
              class="button"
              download="accounts.csv"
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv(lines))}`}
            >
              Save as CSV
            </a>
            <CopyButton of="table" name="table" />
            <button type="button" class="plain" data-print hidden>
              Print, a card per account
            </button>
          </div>
          <pre id="table" hidden>
            {table}
          </pre>
        </div>
      )}
    </>
  )
}

function csv(lines: readonly string[][]): string {
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
  return [['user_id', 'password'], ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('')
}

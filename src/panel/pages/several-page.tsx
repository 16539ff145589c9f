import type { Result } from '../../operations/result.ts'
import { escapeControls } from '../../system/foreign-text.ts'
import type { Failure, Reply, SeveralCreated } from '../commands.ts'
import { CopyButton } from './copyable.tsx'
import { Later } from './layout.tsx'
import { Problem } from './problem.tsx'
import { stillThere, type Tone, VerdictLine, verdictOf } from './result.tsx'
import { sentence } from './sentence.ts'
import { countOf, Table } from './table.tsx'

/** The table of new accounts; its rows come one by one. */
export function CreatedTable() {
  return (
    <Table kind="created" caption="New accounts" columns={['User ID', 'Password', 'Result']}>
      <Later />
    </Table>
  )
}

/** The first cells of a row: the account, and its password as it came. The server's reply where no password was recognised in it. */
export function CreatedCells({ userId, reply }: { userId: string; reply: Reply | undefined }) {
  return (
    <>
      <th scope="row">{userId}</th>
      <td>
        {reply?.password !== undefined && <code>{escapeControls(reply.password)}</code>}
        {reply?.text && reply.password === undefined && <pre>{escapeControls(reply.text)}</pre>}
      </td>
    </>
  )
}

/** The last cell of a row. */
export function CreatedOutcome({ of }: { of: Result | Failure }) {
  const { tone, text } = outcomeOf(of)
  return (
    <td>
      <span class={`outcome ${tone}`}>{text}</span>
      {'redaction' in of && stillThere(of.redaction).map((line) => <p class="outcome neutral">{line}</p>)}
    </td>
  )
}

function outcomeOf(of: Result | Failure): { tone: Tone; text: string } {
  return 'message' in of ? { tone: 'bad', text: sentence(escapeControls(of.message)) } : verdictOf(of, 'Created')
}

interface CreatedEndProps extends SeveralCreated {
  /** How many were to be created. */
  total: number
  /** User IDs and the passwords that were recognised. */
  passwords: readonly (readonly [userId: string, password: string])[]
}

/** What became of all of them, and what can be done with the passwords while the page is open: the panel keeps none. */
export function CreatedEnd({ done, total, unsent, passwords }: CreatedEndProps) {
  const table = passwords.map((line) => `${line.join('\t')}\n`).join('')
  return (
    <>
      <VerdictLine tone={done === total ? 'good' : 'bad'} text={`Created ${done} of ${countOf(total, 'account')}`} />
      {unsent.length > 0 && <Problem id="unsent" message={`not sent: ${unsent.join(', ')}`} />}
      {passwords.length > 0 && (
        <div class="card keep">
          <p>Save the passwords now. They are not shown again.</p>
          <div class="buttons">
            <a
              class="button"
              download="accounts.csv"
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv(passwords))}`}
            >
              Save as CSV
            </a>
            <CopyButton of="table" name="table" />
            <button type="button" class="plain" data-print hidden>
              Print a card per account
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

function csv(lines: readonly (readonly string[])[]): string {
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
  return [['user_id', 'password'], ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('')
}

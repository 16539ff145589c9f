import { escapeControls } from '../../system/foreign-text.ts'
import type { ActivityEntry } from '../commands.ts'
import { concernsSomething, recordedAs, recordedOperations } from '../operation-words.ts'
import { accountAddress } from './accounts-page.tsx'
import { spelling } from './change-form.tsx'
import { type Frame, Later, Page } from './layout.tsx'
import type { Tone } from './result.tsx'
import { Table } from './table.tsx'
import { UserId } from './user-id.tsx'

export interface ActivityFilter {
  user: string
  operation: string
}

export function ActivityPage({ frame, filter }: { frame: Frame; filter: ActivityFilter }) {
  return (
    <Page frame={frame} title="Activity" place="Activity">
      <h1>Activity</h1>
      <search class="tools">
        <form method="get" action="activity">
          <input
            type="search"
            name="user"
            value={filter.user}
            aria-label="User ID or username"
            placeholder="User ID or username"
            {...spelling}
          />
          <select name="operation" aria-label="Operation">
            <option value="">All operations</option>
            {recordedOperations.map((name) => (
              <option value={name} selected={name === filter.operation}>
                {recordedAs(name)}
              </option>
            ))}
          </select>
          <button type="submit" class="plain">
            Filter
          </button>
        </form>
      </search>
      <div class="newest">
        <p class="waiting">Reading the audit log …</p>
        <Later />
      </div>
    </Page>
  )
}

/** What to say where only the end of the log was read. */
export function OlderEntries() {
  return <p>Only the newest part of the audit log is shown here. The command line shows all of it.</p>
}

interface ActivityTableProps {
  entries: readonly ActivityEntry[]
  caption: string
  root: Frame['root']
}

/** What was done, each in a row. */
export function ActivityTable({ entries, caption, root }: ActivityTableProps) {
  return (
    <Table
      kind="activity"
      caption={caption}
      columns={['Operation', 'Account or invite', 'Outcome', 'Time (UTC)', 'By']}
    >
      {entries.map((entry) => (
        <tr>
          <th scope="row">{escapeControls(recordedAs(entry.operation))}</th>
          <td>
            <Target entry={entry} root={root} />
          </td>
          <td>
            <span class={`outcome ${toneOf(entry)}`}>{outcomeOf(entry)}</span>
          </td>
          <td>
            <time datetime={entry.time}>{shortTime(entry.time)}</time>
          </td>
          <td>{escapeControls([sourceOf(entry), entry.address].filter(Boolean).join(' '))}</td>
        </tr>
      ))}
    </Table>
  )
}

function Target({ entry: { operation, target }, root }: { entry: ActivityEntry; root: Frame['root'] }) {
  if (!concernsSomething(operation)) return null
  if (!target.startsWith('@')) return <>{escapeControls(target)}</>
  return (
    <a href={root + accountAddress(target)}>
      <UserId userId={escapeControls(target)} />
    </a>
  )
}

/** A time as the log has it, for people: `2026-11-23 21:00:00`. */
function shortTime(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) ? time.slice(0, 19).replace('T', ' ') : escapeControls(time)
}

function sourceOf({ source }: ActivityEntry): string {
  return source === 'cli' ? 'command line' : source
}

function toneOf({ outcome, code }: ActivityEntry): Tone {
  if (outcome === undefined) return 'neutral'
  return code === undefined || code === 0 ? 'good' : 'bad'
}

function outcomeOf({ outcome, code }: ActivityEntry): string {
  if (outcome === undefined) return 'no end recorded'
  return escapeControls(code === undefined || code === 0 ? outcome : `${outcome} (exit ${code})`)
}

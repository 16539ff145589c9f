import { escapeControls } from '../../system/foreign-text.ts'
import type { ActivityEntry } from '../commands.ts'
import { changes } from '../wording.ts'
import { accountAddress } from './accounts.tsx'
import { type Frame, Later, Page } from './layout.tsx'

export interface ActivityFilter {
  user: string
  operation: string
}

/** Operations that the log holds besides those on accounts. */
const others = ['invite', 'invite-take', 'invite-revoke', 'invite-prune', 'login', 'lock-out', 'set-password', 'run']

export function ActivityPage({ frame, filter }: { frame: Frame; filter: ActivityFilter }) {
  const names = [...changes.map(({ name }) => name), ...others]
  return (
    <Page frame={frame} title="Activity" place="Activity">
      <h1>Activity</h1>
      <search class="tools">
        <form method="get" action="activity">
          <input type="search" name="user" value={filter.user} aria-label="User ID" placeholder="User ID" />
          <select name="operation" aria-label="Operation">
            <option value="">All operations</option>
            {names.map((name) => (
              <option value={name} selected={name === filter.operation}>
                {name}
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

/** What was done, each in a row. */
export function ActivityTable({ entries, root }: { entries: readonly ActivityEntry[]; root: Frame['root'] }) {
  return (
    <table class="activity">
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Operation</th>
          <th scope="col">Account</th>
          <th scope="col">By</th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr>
            <td>
              <time datetime={entry.time}>{shortTime(entry.time)}</time>
            </td>
            <td>{escapeControls(entry.operation)}</td>
            <td>
              <Target target={entry.target} root={root} />
            </td>
            <td>{escapeControls([entry.source, entry.address].filter(Boolean).join(' '))}</td>
            <td>{outcomeOf(entry)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Target({ target, root }: { target: string; root: Frame['root'] }) {
  if (!target.startsWith('@')) return <>{escapeControls(target)}</>
  return <a href={root + accountAddress(target)}>{escapeControls(target)}</a>
}

/** A time as the log has it, for people: `2026-11-23 21:00:00`. */
function shortTime(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) ? time.slice(0, 19).replace('T', ' ') : escapeControls(time)
}

function outcomeOf({ outcome, code }: ActivityEntry): string {
  if (outcome === undefined) return 'no end recorded'
  return escapeControls(code === undefined || code === 0 ? outcome : `${outcome} (exit ${code})`)
}

import type { Child } from 'hono/jsx'

interface TableProps {
  kind: 'accounts' | 'activity' | 'created' | 'invites'
  /** What the table holds, for a screen reader: its columns do not say it. */
  caption: string
  columns: readonly string[]
  /** Its rows. */
  children?: Child
}

/** A table that a narrow screen shows as a list: there its rows wrap, and only a screen reader has its column headings. */
export function Table({ kind, caption, columns, children }: TableProps) {
  return (
    <div class="table">
      <table class={kind}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

/** How many there are of something, in words: `1 account`, `2,104 accounts`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`
}

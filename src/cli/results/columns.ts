import { oneLine } from '../../system/foreign-text.ts'
import type { Io } from '../../system/io.ts'

/** Rows of text: in columns under a header on a terminal, elsewhere separated by tabs and without a header. */
export async function writeRows(
  io: Io,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const cells = rows.map((row) => row.map(cellOf))
  await io.write(io.stdoutIsTerminal ? columns([header, ...cells]) : cells.map((row) => `${row.join('\t')}\n`).join(''))
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  // Nothing follows the last one, which may be long: a display name, for example.
  const padded = (cell: string, at: number, { length }: readonly string[]) =>
    at === length - 1 ? cell : cell.padEnd(widths[at] ?? 0)
  const line = (row: readonly string[]) => row.map(padded).join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** A text made safe for one cell: it cannot start a line or a column. */
function cellOf(text: string): string {
  return oneLine(text)
}

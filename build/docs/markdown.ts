/** A notice for those who want to edit a generated page. Pages do not show it. */
export const generated = '<!-- Written by `make docs` from the tables of the program: change those, not this page. -->'

/** A table; a bar in a cell is text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

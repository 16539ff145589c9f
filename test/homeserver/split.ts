/** Bytes that a text takes in an event. */
export type Measure = (text: string) => number

const fence = '```'

/**
 * Splits a text into parts of at most `budget`, of whole lines as many as fit. In Markdown a code block that goes on is
 * closed at the end of a part and opened again in the next; a line that no part can hold is cut between two characters.
 * `measure` must add up: what a text takes is what its pieces take.
 */
export function split(text: string, markdown: boolean, budget: number, measure: Measure): string[] {
  const parts: string[] = []
  let block: string | undefined
  let [part, size, empty] = ['', 0, true]
  const end = () => {
    parts.push(block === undefined ? part : `${part}${fence}\n`)
    part = block === undefined ? '' : `${fence}${block}\n`
    size = measure(part)
    empty = true
  }
  const add = (piece: string) => {
    part += piece
    size += measure(piece)
    empty = false
  }
  for (const line of text.split(/(?<=\n)/)) {
    const next = markdown ? blockAfter(block, line) : undefined
    const room = () => budget - size - (next === undefined ? 0 : measure(`${fence}\n`))
    if (!empty && measure(line) > room()) end()
    if (measure(line) <= room()) add(line)
    else
      for (const char of line) {
        if (!empty && measure(char) > room()) end()
        add(char)
      }
    block = next
  }
  if (!empty || parts.length === 0) parts.push(part)
  return parts
}

/** The info string of the code block that is open after a line; undefined where none is. */
function blockAfter(block: string | undefined, line: string): string | undefined {
  const info = /^\s*```+(.*)/.exec(line)?.[1]?.trim()
  if (info === undefined) return block
  return block === undefined ? info : undefined
}

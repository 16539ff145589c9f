import type { TextOutcome } from './outcome.ts'

/** A reply's text as a whole. */
export function textOf({ parts }: TextOutcome): string {
  const text = new JoinedText()
  for (const { body } of parts) text.add(body)
  return text.value
}

/**
 * The parts of a text as they follow on each other. A server that splits at a line's end closes a code block there and opens it
 * again, which looks the same as two blocks, so it stays. A line that no event can hold is cut in the middle: there only the
 * opening is repeated, and is left out, so that no word is cut. What a part needs of the text before it is kept, so that
 * joining takes time linear in the text.
 */
class JoinedText {
  readonly #pieces: string[] = []
  /** Whether the lines before the last one leave a code block open. */
  #isInBlock = false
  /** What the last line starts with, after blanks: no more than a fence. */
  #lineStart = ''
  #isAtLineStart = true

  get value(): string {
    return this.#pieces.join('')
  }

  add(part: string): void {
    if (this.#isAtLineStart) this.#append(part)
    else if (isFence(this.#lineStart)) this.#append(`\n${part}`)
    else this.#append(this.#isInBlock ? withoutOpening(part) : part)
  }

  #append(piece: string): void {
    if (piece === '') return
    this.#pieces.push(piece)
    for (const [at, line] of piece.split('\n').entries()) {
      if (at > 0) this.#endLine()
      // Once it starts with something else than a blank, only that much of it is looked at.
      const more = this.#lineStart === '' ? line.trimStart() : line
      this.#lineStart += more.slice(0, fence.length - this.#lineStart.length)
    }
    this.#isAtLineStart = piece.endsWith('\n')
  }

  #endLine(): void {
    if (isFence(this.#lineStart)) this.#isInBlock = !this.#isInBlock
    this.#lineStart = ''
  }
}

const fence = '```'

function isFence(line: string): boolean {
  return line.trimStart().startsWith(fence)
}

function withoutOpening(part: string): string {
  const [opening = ''] = part.split('\n', 1)
  return isFence(opening) ? part.slice(opening.length + 1) : part
}

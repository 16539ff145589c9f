/** A piece of a value: text, a reference to a variable with what stands for it where it is unset or empty, or `~`. */
export type ValuePart = string | { name: string; fallback: string } | typeof home

/** `~` at the start of a value: HOME, or the user's home directory where HOME is unset. */
export const home = Symbol('~')

/** One assignment of a shell file, or the reason why a line is none. `line` counts from 1. */
export type Assignment =
  | { line: number; name: string; parts: ValuePart[] }
  | { line: number; name?: string; fault: string }

const continuations = /(?:\\\n)*/y
const blank = /[ \t]*/y
const comment = /#[^\n]*/y
const head = /(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=/y
const reference = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^'"\\$`{}~\n]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/y
const substitution = 'command substitution is not allowed'

/**
 * Reads the plain assignments of a file as bash's `source` would: quotes, backslashes, comments, `$VAR`, `${VAR}`,
 * `${VAR:-x}`, a leading `~`. Whatever bash would do beyond that is a fault of its line, never a guess.
 */
export function parseAssignments(text: string): Assignment[] {
  const source = new Source(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  const found: Assignment[] = []
  while (!source.ended) {
    source.take(blank)
    source.take(comment)
    if (source.skip('\n')) continue
    if (source.ended) break
    const { line } = source
    const name = source.take(head)?.[1]
    try {
      if (name === undefined) throw new Fault('not a plain assignment (NAME=value)')
      const parts = readValue(source)
      const gap = source.take(blank)?.[0] ?? ''
      if (gap !== '') source.take(comment)
      if (!source.ended && source.peek !== '\n')
        throw new Fault('a space in a value needs quotes, and a line holds one assignment')
      found.push({ line, name, parts })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      found.push({ line, ...(name === undefined ? {} : { name }), fault: error.message })
      source.take(/[^\n]*/y)
    }
  }
  return found
}

class Fault extends Error {}

/** The text and how far it was read. */
class Source {
  readonly #text: string
  #at = 0
  #line = 1
  #counted = 0

  constructor(text: string) {
    this.#text = text
  }
  get ended(): boolean {
    return this.#at >= this.#text.length
  }
  get peek(): string {
    return this.#text.charAt(this.#at)
  }
  /** Counts on from its last call, so that all lines of a file cost one pass over its text. */
  get line(): number {
    for (; this.#counted < this.#at; this.#counted++) if (this.#text[this.#counted] === '\n') this.#line++
    return this.#line
  }
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match) this.#at = pattern.lastIndex
    return match
  }
  skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }
}

function readValue(source: Source): ValuePart[] {
  const parts: ValuePart[] = []
  const add = (part: ValuePart) => {
    const last = parts.length - 1
    if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part
    else parts.push(part)
  }
  for (let tilde = true; ; tilde = false) {
    source.take(continuations)
    const plain = source.take(/[^\s'"\\$`|&;()<>~:{]+/y)?.[0]
    if (plain !== undefined) add(plain)
    else if (source.take(/:(?:\\\n)*~/y)) throw new Fault('~ after a colon needs quotes')
    else if (source.skip(':')) add(':')
    else if (source.skip('~')) add(tilde ? readHome(source) : '~')
    else if (source.skip("'")) add(readSingle(source))
    else if (source.skip('"')) for (const part of readDouble(source)) add(part)
    else if (source.skip('\\')) add(readEscape(source))
    else if (source.peek === '$') add(readReference(source, false))
    else if (source.peek === '`') throw new Fault(substitution)
    else if (/[|&;()<>{]/.test(source.peek)) throw new Fault(`${source.peek} needs quotes`)
    else return parts
  }
}

/** `~` at the start of a value is the home directory, `~name` that of another user. */
function readHome(source: Source): ValuePart {
  if (source.ended || /[/:\s]/.test(source.peek)) return home
  throw new Fault('~ with a name after it needs quotes')
}

function readSingle(source: Source): string {
  const text = source.take(/([^']*)'/y)?.[1]
  if (text === undefined) throw unclosed(source, "'")
  return text
}

/** bash reads no line after it either. */
function unclosed(source: Source, quote: string): Fault {
  source.take(/[\s\S]*/y)
  return new Fault(`a quote (${quote}) is not closed`)
}

function* readDouble(source: Source): Generator<ValuePart> {
  yield ''
  while (!source.skip('"')) {
    const plain = source.take(/[^"\\$`]+/y)?.[0]
    if (plain !== undefined) yield plain
    else if (source.take(/\\\n/y)) yield ''
    else if (source.take(/\\(?=[$`"\\])/y)) yield source.take(/[\s\S]/y)?.[0] ?? ''
    else if (source.skip('\\')) yield '\\'
    else if (source.peek === '$') yield readReference(source, true)
    else if (source.peek === '`') throw new Fault(substitution)
    else throw unclosed(source, '"')
  }
}

function readEscape(source: Source): string {
  return source.take(/[\s\S]/y)?.[0] ?? '\\'
}

function readReference(source: Source, quoted: boolean): ValuePart {
  const match = source.take(reference)
  if (!match) source.skip('$')
  // bash joins the lines first, which could make another reference of it.
  if (source.take(/(?=\\\n)/y)) throw new Fault('a line cannot end in a backslash right after a reference')
  if (match) return { name: match[1] ?? match[3] ?? '', fallback: match[2] ?? '' }
  if (source.peek === '(' || source.peek === '[') throw new Fault(substitution)
  if (source.peek === '{') throw new Fault('only $VAR, ${VAR} and ${VAR:-text} are allowed')
  if (/[0-9@*#?$!-]/.test(source.peek) || (!quoted && /['"]/.test(source.peek)))
    throw new Fault(`$${source.peek} needs single quotes`)
  return '$'
}

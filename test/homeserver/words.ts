import { randomInt } from 'node:crypto'
import { pick } from './ids.ts'

const consonants = [...'bdfgklmnprstvz']
const vowels = [...'aeiou']
const quotes = ['`', '"', "'", '*', '|', '']

/**
 * The wording of this server: made-up words, others at every start, so that nothing can come to depend on them.
 * A purpose keeps its sentence until the server ends, as a real server's does.
 */
export class Words {
  readonly #phrases = new Map<string, string>()

  /** The words kept for one purpose, e.g. `vado minu! kerope`. */
  phrase(purpose: string): string {
    let phrase = this.#phrases.get(purpose)
    if (phrase === undefined) {
      phrase = Array.from({ length: randomInt(1, 6) }, madeUpWord).join(' ') + pick(['', '.', ':', '!', ' …'])
      this.#phrases.set(purpose, phrase)
    }
    return phrase
  }

  /** One sentence in which the facts stand somewhere, each in this purpose's quotes, in the order given. */
  sentence(purpose: string, ...facts: string[]): string {
    const parts = facts.map((fact, at) => {
      const quote = this.#once(`${purpose} quote ${at}`, () => pick(quotes))
      return `${this.phrase(`${purpose} ${at}`)}${this.#once(`${purpose} gap ${at}`, () => pick([' ', '\n', '\n\n']))}${quote}${fact}${quote}`
    })
    const tail = this.#once(`${purpose} tail`, () => pick(['', '\n', ' ✓', '\n\n']))
    return `${parts.join(' ')}${parts.length === 0 ? '' : ' '}${this.phrase(`${purpose} end`)}${tail}`
  }

  /** What a server may log while it carries out a command, as a table in front of its reply; '' on others. */
  logTable(purpose: string, fact: string): string {
    if (this.#once(`${purpose} logs`, () => pick(['', 'yes'])) === '') return ''
    const heads = ['level', 'span', 'message'].map((column) => this.phrase(`log ${column}`))
    return `| ${heads.join(' | ')} |\n| ---: | :---: | :--- |\n| ${this.phrase('log info')} | ${purpose} | ${this.phrase(`${purpose} log`)} ${fact} |\n\n`
  }

  #once(key: string, make: () => string): string {
    const known = this.#phrases.get(key) ?? make()
    this.#phrases.set(key, known)
    return known
  }
}

/** Three to eight small letters: never as long as a token or a password. */
function madeUpWord(): string {
  const syllables = Array.from({ length: randomInt(1, 4) }, () => pick(consonants) + pick(vowels))
  return syllables.join('') + pick(consonants)
}

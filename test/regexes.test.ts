import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'
import t from 'tap'
import ts from 'typescript'

/** A text of this many characters takes a regular expression of linear time less than 1 ms, and one of quadratic time seconds. */
const length = 100_000
const longest = 500

const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
const pumps = [
  ...printable,
  '\n',
  '\t',
  '\r\n',
  'é',
  '\u{1f33f}',
  ' a',
  ' #',
  'a.',
  './',
  '\\\n',
  '$(',
  'a=',
  '-_',
  '"a',
  "'a",
  ':a',
  '@a:',
  'a,b ',
]
const endings = ['', '\u0000', '!', '\r!']
/** What an anchored expression may need before the run of characters that it is slow on. */
const beginnings = ['a #', 'a=', 'a ']
const pumpsWithin = [' ', '\t', 'a', 'Z']

const given: { regex?: RegExp; text?: string } = {}
const context = createContext(given)
const script = new Script('text.replace(regex, "")')

t.test('no regular expression of the program takes superlinear time', async (t) => {
  const src = fileURLToPath(new URL('../src', import.meta.url))
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const found = files.flatMap((file) => regexesOf(`${src}/${file}`).map((regex) => ({ file, regex })))
  t.ok(found.length > 100, `${found.length} regular expressions`)
  for (const { file, regex } of found) t.same(slowOn(regex), [], `${file}: ${regex}`)
})

t.test('this would see those that did', async (t) => {
  for (const regex of [/[._~-]+$/, /\/+$/, /(a+)+$/, /\s*\n\s*x/, /^a #\s*(b)?\s*$/])
    t.not(slowOn(regex).length, 0, String(regex))
})

/** The beginnings of texts on which a regular expression takes too long, each time that it is tried. */
function slowOn(regex: RegExp): string[] {
  if (!/[*+{]/.test(regex.source)) return []
  const texts = runs([''], pumps)
  if (regex.source.startsWith('^') || regex.sticky) texts.push(...runs(beginnings, pumpsWithin))
  return texts.filter((text) => [1, 2, 3].every(() => isSlow(regex, text))).map((text) => text.slice(0, 8))
}

function runs(before: readonly string[], of: readonly string[]): string[] {
  return of.flatMap((pump) => {
    const run = pump.repeat(length / pump.length)
    return before.flatMap((beginning) => endings.map((ending) => beginning + run + ending))
  })
}

function isSlow(regex: RegExp, text: string): boolean {
  try {
    Object.assign(given, { regex, text })
    script.runInContext(context, { timeout: longest })
    return false
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return true
  }
}

function regexesOf(file: string): RegExp[] {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const found: RegExp[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      found.push(new RegExp(node.text.slice(1, end), node.text.slice(end + 1)))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, kind))
  return found
}

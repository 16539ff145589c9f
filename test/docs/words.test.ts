import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import ts from 'typescript'
import { commands } from '../../src/cli/commands/index.ts'
import { runBinary } from '../contract/binary.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const filesIn = (folder: string, form: RegExp) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => form.test(name))
    .map((name) => `${folder}/${name}`)

/** Words that a reader stops at, with a plain one for each. */
const plainWords: [never: RegExp, instead: string][] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bfor ever\b/i, 'permanently'],
  [/\b(on|off the) record\b/i, 'saved'],
  [/\bworthless\b|\bworth nothing\b/i, 'invalid'],
  [/\b(go|goes|went) on\b/i, 'continue'],
  [/\btold\b/i, 'reported'],
  [/\bhears?\b|\bheard\b/i, 'receive'],
  [/\bto be had\b/i, 'unavailable'],
  [/\bfrom nowhere else\b/i, 'only from'],
  [/\bmade good\b/i, 'completed'],
  [/\bbegun\b/i, 'started'],
  [/\bat any moment\b/i, 'at any time'],
  [/\bone an? line\b/i, 'one per line'],
  [/(?<!\bthere )\b(is|are) no (?!longer\b|more\b)/i, 'is not'],
]

/** In comments, too, a sentence names who acts. "Is no" has a place there. */
const plainComments: typeof plainWords = [
  ...plainWords.slice(0, -1),
  [/\b(no|some|any|every)body\b|\bwhoever\b/i, 'you, the user, the server, the bot'],
]

/** The literals of a source, template parts and text of pages included: what may reach a user. Comments are no part of them. */
function literalsOf(path: string): string[] {
  const literals: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return
    if (ts.isStringLiteralLike(node) || ts.isJsxText(node) || ts.isTemplateHead(node)) literals.push(node.text)
    else if (ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) literals.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true, scriptKind(path)))
  return literals
}

function scriptKind(path: string): ts.ScriptKind {
  return path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
}

/** The comments of a source. */
function commentsOf(path: string): string {
  const text = read(path)
  const comments = new Set<string>()
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      comments.add(text.slice(pos, end).replace(/^ *\*/gm, ' '))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(path)))
  return [...comments].join('\n')
}

function isPlain(t: Test, where: string, text: string, words = plainWords): void {
  const joined = text.replace(/\s+/g, ' ')
  const found = words.flatMap(([never, instead]) => {
    const at = joined.search(never)
    return at < 0 ? [] : [`… ${joined.slice(Math.max(0, at - 40), at + 40)} … : write "${instead}"`]
  })
  t.strictSame(found, [], where)
}

t.test('help and the manual page', async (t) => {
  const names = commands.flatMap((one) =>
    'commands' in one
      ? [[one.name], ...one.commands.map(({ usage }) => [one.name, ...usage.split(' ').slice(0, 1)])]
      : [one.usage.split(' ').slice(0, 1)],
  )
  for (const name of [[], ...names.map((words) => words.filter((word) => word !== '$0'))]) {
    const { code, stdout } = await runBinary([...name, '--help'])
    t.equal(code, 0, name.join(' '))
    isPlain(t, `matrix-users ${name.join(' ')} --help`, stdout)
  }
  isPlain(t, 'the manual page', read('dist/matrix-users.1').replaceAll('\\', ''))
})

t.test('README and docs', async (t) => {
  // A name in backquotes is quoted: the change log has old ones.
  for (const path of ['README.md', ...filesIn('docs', /\.md$/)]) isPlain(t, path, read(path).replace(/`\w+`/g, 'NAME'))
})

t.test('messages, in the sources', async (t) => {
  for (const path of filesIn('src', /\.tsx?$/)) {
    isPlain(t, path, literalsOf(path).join('\n'))
  }
})

t.test('comments, in the sources', async (t) => {
  for (const path of [...filesIn('src', /\.tsx?$/), ...filesIn('build', /\.ts$/)])
    isPlain(t, path, commentsOf(path), plainComments)
})

import t, { type Test } from 'tap'
import { commands } from '../../src/cli/commands/index.ts'
import { runBinary } from '../contract/binary.ts'
import { pages, read } from './pages.ts'
import { commentsOf, filesIn, literalsOf, messagesOf } from './texts.ts'

/** Words that a reader stops at, with a plain one for each. */
const plainWords: [never: RegExp, instead: string][] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bfor ever\b/i, 'permanently'],
  [/\b(on|off the) record\b/i, 'saved'],
  [/\bworthless\b|\bworth nothing\b/i, 'invalid'],
  [/\b(go|goes|went|gone|going) on\b/i, 'continue'],
  [/\btold\b/i, 'reported'],
  [/\bhears?\b|\bheard\b/i, 'receive'],
  [/\bto be had\b/i, 'unavailable'],
  [/\bfrom nowhere else\b/i, 'only from'],
  [/\bmade good\b/i, 'completed'],
  [/\bbegun\b/i, 'started'],
  [/\bat any moment\b/i, 'at any time'],
  [/\bone an? line\b/i, 'one per line'],
  [/\b(no|some|any|every)body\b|\bwhoever\b/i, 'you, the user, the server, the bot'],
  [/\bof this page\b/i, 'panel'],
  [/\bours\b/i, 'of this program, of this command'],
  [/(?<!\bthere )\b(is|are) no (?!longer\b|more\b)/i, 'is not'],
]

/** In comments, too, a sentence names who acts. The last three have a place there. */
const plainComments = plainWords.slice(0, -3)

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
  for (const path of pages) isPlain(t, path, read(path).replace(/`\w+`/g, 'NAME'))
})

t.test('scripts and their comments, which users read to set them up', async (t) => {
  for (const path of ['ops', 'bootstrap', 'dist/completions'].flatMap((folder) => filesIn(folder, /\w[-.]\w/)))
    isPlain(t, path, read(path))
})

t.test('messages and pages, in the sources', async (t) => {
  for (const path of filesIn('src', /\.(tsx?|js)$/)) isPlain(t, path, literalsOf(path).join('\n'))
})

t.test('what the simulated homeserver says in the demo, the playground and the pictures', async (t) => {
  const demo = ['homeserver/plain-words', 'demo', 'demo-stage', 'playground', 'picture-scenes']
  for (const name of demo) isPlain(t, name, literalsOf(`test/${name}.ts`).join('\n'))
})

t.test('comments, in the sources', async (t) => {
  for (const path of [...filesIn('src', /\.(tsx?|js)$/), ...filesIn('build', /\.ts$/)])
    isPlain(t, path, commentsOf(path), plainComments)
})

/** The form of a message: one fact in lower case without a full stop, first what is wrong; a hint begins with a verb. */
const forms: [form: RegExp, kinds: string, instead: string][] = [
  [/[:;]\s.*[:;]\s/s, 'error hint notice', 'at most one colon or semicolon'],
  [/^[A-Z][a-z]/, 'error hint notice', 'lower case'],
  [/[^.]\.$/, 'error hint notice', 'no full stop'],
  [/^(GET|PUT|POST|DELETE)\b/, 'error notice', 'first what is wrong'],
  [/^(the|an?|if|it|this|there|no|what)\b/, 'hint', 'a verb'],
]

t.test('the form of messages', async (t) => {
  const messages = filesIn('src', /\.tsx?$/).flatMap((path) => messagesOf(path).map((one) => ({ path, ...one })))
  t.ok(messages.length > 300, 'they are found')
  for (const { path, kind, text } of messages)
    for (const [form, kinds, instead] of forms)
      if (kinds.includes(kind) && form.test(text)) t.fail(`${path}: ${kind} "${text}": write ${instead}`)
})

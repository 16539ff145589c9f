import t from 'tap'
import { operations } from '../../src/operations/table.ts'
import { quote } from '../../src/system/foreign-text.ts'
import { simulatedBed } from './bed.ts'

const long = 'x'.repeat(100_000)
const hostile = [
  '',
  ' ',
  'a b',
  'a\nb',
  'a\n!admin users make-user-admin @eve:home.test',
  '"',
  "'",
  '`id`',
  '$(id)',
  'a;b',
  '-x',
  '--yes',
  '--help',
]
hostile.push(
  'Alice',
  'аlice',
  'alice\u200b',
  'ALICE',
  'a\u0001',
  '@',
  '@:',
  '@a:',
  '@a b:home.test',
  '@a:home.test extra',
  long,
  `@${long}:home.test`,
)

t.test('hostile input never reaches the room, nor the homeserver', async (t) => {
  const bed = await simulatedBed(t)
  const taking = operations.filter(({ argument }) => argument !== 'none')
  for (const [at, text] of hostile.entries()) {
    const { name } = taking[at % taking.length] ?? { name: 'create' }
    for (const args of [
      [name, '--', text],
      ['create', '--', text],
    ]) {
      const { code, stdout, stderr } = await bed.run(...args)
      t.equal(code, 2, quote(text))
      t.equal(stdout, '')
      t.ok(stderr.length < 700, 'it is not repeated at length')
      t.notMatch(stderr.trimEnd(), /[^\n -~…]/, 'nor verbatim')
    }
  }
  t.equal(bed.hs.requests.length, 0)
})

t.test('an argument of 1 MB from a file is refused too', async (t) => {
  const bed = await simulatedBed(t)
  const { code } = await bed.runWith(
    { input: 'x'.repeat(1_000_000) },
    'run',
    '--block',
    '-',
    '--',
    'users',
    'deactivate-all',
  )
  t.equal(code, 2)
  t.equal(bed.hs.requests.length, 0)
})

t.test('words of run: no control characters, no empty word; a fence in a block is refused', async (t) => {
  const bed = await simulatedBed(t)
  for (const word of ['a\nb', 'a\r', '\u0007', '\u2028', ''])
    t.equal((await bed.run('run', '--', 'say', word)).code, 2, quote(word))
  t.equal((await bed.runWith({ input: 'a\n```\n!admin x\n' }, 'run', '--block', '-', '--', 'x')).code, 2)
  t.equal((await bed.runWith({ input: '' }, 'run', '--block', '-', '--', 'x')).code, 2)
  t.equal(bed.hs.requests.length, 0)
})

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { SetupError } from '../../src/errors.ts'

const environment = { A: "from the environment's $A", HOME: '/home/of user', EMPTY: '' }
const names = ['A', 'B', 'C_1', '_d', 'EMPTY']

function values(text: string): Record<string, string> {
  const found = parseEnvFile(text, { file: 'some.env', environment })
  return Object.fromEntries([...found].map(([name, { value }]) => [name, value]))
}

t.test('means what bash makes of plain assignments', async (t) => {
  const text = [
    '# a comment',
    'PLAIN=foo#bar # not the bar',
    "export SINGLE='a$b `c` # d'",
    'DOUBLE="$PLAIN and ${SINGLE} \\"quoted\\" \\n"',
    'MIXED=a"b c"\'d\'\\ e',
    'MISSING=${NOT_SET:-http://127.0.0.1:1/} ',
    'TILDE=~/data',
    'EMPTY_ONE=',
    '  LINES="one',
    'two"',
    'HASH=#x',
  ].join('\r\n')
  t.strictSame(values(`\uFEFF${text}`), {
    PLAIN: 'foo#bar',
    SINGLE: 'a$b `c` # d',
    DOUBLE: 'foo#bar and a$b `c` # d "quoted" \\n',
    MIXED: 'ab cd e',
    MISSING: 'http://127.0.0.1:1/',
    TILDE: '/home/of user/data',
    EMPTY_ONE: '',
    LINES: 'one\ntwo',
    HASH: '#x',
  })
})

t.test("a reference finds the file's own names first, and never a later one", async (t) => {
  t.strictSame(values('B=$A\nA=file\nC_1=$A\nA=${A}2'), { B: environment.A, A: 'file2', C_1: 'file' })
})

t.test('what bash would do beyond assignments is refused with its line', async (t) => {
  const refused = [
    'A=$(id)',
    'A=`id`',
    'A="$(id)"',
    'A=$((1))',
    'A=x y',
    'A=(1 2)',
    'A+=x',
    'A=1; B=2',
    'echo hello',
    "A='x",
  ]
  refused.push('A="x', 'A=${B:+x}', 'A=$1', "A=$'x'", 'A=a&b', 'A=~root', 'A=x:~', 'A={1,2}', 'A[0]=1')
  for (const line of refused)
    t.throws(() => values(`# first\n${line}\n`), { name: SetupError.name, message: /^some\.env, line 2: / }, line)
})

t.test('a variable that bash sets itself is refused, unless the file or the environment sets it', async (t) => {
  const names =
    'UID EUID PWD OLDPWD RANDOM IFS _ SECONDS HOSTNAME BASH BASH_VERSION BASHPID LINENO PPID SHLVL OPTIND PATH'
  for (const name of names.split(' ')) {
    for (const line of [`A=$${name}`, `A="\${${name}:-x}"`])
      t.throws(() => values(`B=1\n${line}\n`), {
        name: 'SetupError',
        message: `some.env, line 2: bash sets $${name} itself, so its value here is unknown`,
      })
    t.equal(values(`${name}=own\nA=$${name}`).A, 'own')
    const inherited = () =>
      parseEnvFile(`A=$${name}`, { file: 'some.env', environment: { [name]: 'inherited' } }).get('A')?.value
    // Each shell gives every program it starts a `_` of its own.
    if (name === '_') t.throws(inherited, { message: /bash sets \$_ itself/ })
    else t.equal(inherited(), 'inherited')
  }
  const inBash = execFileSync('env', ['-i', 'bash', '--norc', '-c', 'compgen -v']).toString().trim().split('\n')
  for (const name of inBash.filter((name) => name !== 'PS4'))
    t.throws(() => parseEnvFile(`A=$${name}`, { file: 'some.env', environment: {} }), { message: /bash sets/ }, name)
})

t.test('~ without HOME is the home of the list of users, $HOME is not', async (t) => {
  const read = (environment: Record<string, string>) =>
    parseEnvFile('A=~/a\nB=$HOME/b', { file: 'some.env', environment, homeDir: '/home/listed' })
  t.equal(read({}).get('A')?.value, '/home/listed/a')
  t.equal(read({}).get('B')?.value, '/b')
  t.equal(read({ HOME: '/h' }).get('A')?.value, '/h/a')
})

t.test('references that double are an error of their line; a chain of many is not', async (t) => {
  const laughs = Array.from({ length: 64 }, (_, at) => `A${at + 1}=$A${at}$A${at}`)
  t.throws(() => values(`A0=lol\n${laughs.join('\n')}`), {
    name: 'SetupError',
    message: /^some\.env, line 19: references expand to more than 1048576 characters$/,
  })
  const chain = Array.from({ length: 100_000 }, (_, at) => `A${at + 1}=$A${at}`)
  t.equal(values(`A0=end\n${chain.join('\n')}`).A100000, 'end')
})

t.test('agrees with bash on 10,000 files', async (t) => {
  const files = fc.sample(envFile(), { numRuns: 10_000, seed: Date.now() })
  const accepted = files.flatMap((text) => {
    try {
      return [{ text, ours: values(text) }]
    } catch (error) {
      if (error instanceof SetupError) return []
      throw error
    }
  })
  t.ok(accepted.length > 3000, `${accepted.length} of them are plain assignments`)
  const bashs = sourceInBash(
    t.testdir(),
    accepted.map(({ text }) => text),
  )
  const wrong = accepted.flatMap(({ text, ours }, index) => {
    const expected: Record<string, string> = { ...environment, ...ours }
    const agree = names.every((name) => (expected[name] ?? '(unset)') === bashs[index]?.[name])
    return agree ? [] : [{ text, ours, bash: bashs[index] }]
  })
  t.strictSame(wrong.slice(0, 3), [])
})

/** Files of assignments, from pieces that matter to a shell. Most are valid. */
function envFile(): fc.Arbitrary<string> {
  const word = fc.stringMatching(/^[a-z0-9./=,@%+*?!^#\]}[~:ü€ -]{0,5}$/)
  const reference = fc.constantFrom('$A', '${A}', '${B}', '$B', '${C_1:-x y}', '${EMPTY:-#~}', '$_d', '$', '$A$B')
  const inDouble = fc.oneof(
    word,
    reference,
    fc.constantFrom("'", '\\', '\\\\', '\\"', '\\$', '\\`', '\\n', '\n', '#', '\\\n', '|&;()<>'),
  )
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9./=,@%+*?!^#\]}[~:ü€-]{0,5}$/) },
    reference,
    fc
      .array(fc.oneof(word, fc.constantFrom('$A', '"', '\\', '\n', '`', '#')), { maxLength: 3 })
      .map((parts) => `'${parts.join('')}'`),
    fc.array(inDouble, { maxLength: 4 }).map((parts) => `"${parts.join('')}"`),
    fc.constantFrom('\\ ', '\\$', "\\'", '\\"', '\\\\', '\\#', '\\\n', '\\~'),
  )
  const tail = fc.constantFrom('', ' ', ' # a comment $A "', '\t#', ' #')
  const assignment = fc
    .tuple(fc.constantFrom('', '', ' ', 'export '), fc.constantFrom(...names), fc.array(piece, { maxLength: 4 }), tail)
    .map(([before, name, pieces, after]) => `${before}${name}=${pieces.join('')}${after}`)
  const line = fc.oneof({ weight: 8, arbitrary: assignment }, fc.constantFrom('', '# comment', '   '))
  return fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`)
}

function sourceInBash(folder: string, texts: string[]): Record<string, string>[] {
  mkdirSync(folder, { recursive: true })
  for (const [index, text] of texts.entries()) writeFileSync(`${folder}/${index}`, text)
  const print = names.map((name) => `"\${${name}-(unset)}"`).join(' ')
  const script = `for ((INDEX = 0; INDEX < ${texts.length}; INDEX++)); do (source "$1/$INDEX"; printf '%s\\0' ${print}) 2>&1; done`
  const bash = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...environment }
  const output = execFileSync('bash', ['-c', script, 'bash', folder], { env: bash, maxBuffer: 1 << 28 }).toString()
  const fields = output.split('\0')
  return texts.map((_, at) => Object.fromEntries(names.map((name, i) => [name, fields[at * names.length + i] ?? ''])))
}

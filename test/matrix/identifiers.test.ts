import fc from 'fast-check'
import t from 'tap'
import { localpartOf, parseLocalpart, parseUser, serverNameOf } from '../../src/matrix/identifiers.ts'
import { quote } from '../../src/system/foreign-text.ts'

const server = 'home.test:8448'

t.test('a localpart is completed, an MXID is taken as it is', async (t) => {
  t.strictSame(parseUser('alice', server), { localpart: 'alice', mxid: `@alice:${server}` })
  t.strictSame(parseUser(`@alice:${server}`, server), { localpart: 'alice', mxid: `@alice:${server}` })
  t.strictSame(parseUser('@a/b+c:other.test', server), { localpart: undefined, mxid: '@a/b+c:other.test' })
  t.equal(localpartOf(`@alice:${server}`, server), 'alice')
  t.equal(serverNameOf('@alice:other.test'), 'other.test')
  for (const name of ['[::1]', '[::1]:8448', '[2001:db8::1]', '10.0.0.1:8448', 'home.test:1']) {
    t.equal(serverNameOf(`@alice:${name}`), name)
    t.strictSame(parseUser(`@alice:${name}`, name), { localpart: 'alice', mxid: `@alice:${name}` })
  }
  for (const name of ['::1', '[::1', '[::1]8448', 'a:b', 'a:1:2', '[]', '[x]'])
    t.equal(serverNameOf(`@alice:${name}`), undefined, name)
})

t.test('what is neither is refused, named and with what is allowed', async (t) => {
  const hostile = [
    '',
    ' ',
    'a b',
    'a\nb',
    'Alice',
    '-x',
    '--yes',
    'аlice',
    'alice\u200b',
    '"a"',
    "'",
    '$(id)',
    '@',
    '@a',
    '@a:',
    '@A:x.test',
  ]
  for (const text of [...hostile, 'a'.repeat(65), 'x'.repeat(1_000_000), '@a b:x.test', '@a:x test', 'a\0b'])
    t.throws(() => parseUser(text, server), { name: 'SetupError', hint: /^use / }, quote(text))
  t.throws(() => parseUser(`@${'a'.repeat(250)}:x.test`, server), { message: /is longer than 255 bytes/ })
  t.throws(() => localpartOf('@alice:other.test', server), { message: /belongs to other\.test/ })
  t.throws(() => localpartOf(`@--yes:${server}`, server), { message: /dash/ })
})

t.test('the likely form of an invalid username is suggested', async (t) => {
  const cases = [
    ['BOB', '; did you mean bob?'],
    ['bob@home.test', '; did you mean @bob:home.test?'],
    ['bob:home.test:8448', '; did you mean @bob:home.test:8448?'],
    ['Bob:home.test', '; did you mean @bob:home.test?'],
    ['bob@', ''],
    ['b ob', ''],
    ['-Bob', ''],
  ] as const
  for (const [text, suggestion] of cases)
    t.throws(() => parseUser(text, server), { message: `invalid username ${quote(text)}${suggestion}` }, text)
})

t.test('whatever is accepted is safe as one word of a command', async () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^@?[a-z0-9A-Z._=/+-]{0,80}(:[a-z.A-Z0-9 :[\]-]{0,9})?$/),
      ),
      (text) => {
        try {
          const { mxid } = parseUser(text, server)
          return /^@[a-z0-9._=/+-]+:[A-Za-z0-9.:[\]-]+$/.test(mxid) && Buffer.byteLength(mxid) <= 255
        } catch (error) {
          return (error as Error).name === 'SetupError' && (error as Error).message.length < 300
        }
      },
    ),
    { numRuns: 10_000 },
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._=-]{0,63}$/), (text) => parseLocalpart(text) === text),
    { numRuns: 10_000 },
  )
})

t.test('quoted text is short, plain ASCII and visible', async (t) => {
  t.equal(quote('a\n"\u202eь'), '"a\\n\\"\\u202e\\u044c"')
  t.equal(quote('Müller × œ'), '"Müller \\u00d7 \\u0153"', 'a name stays readable')
  t.match(quote('x'.repeat(100)), /^"x{60}…" \(100 characters\)$/)
})

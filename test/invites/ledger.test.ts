import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { formatInvite, type Invite, Ledger, parseInvite } from '../../src/invites/ledger.ts'
import { readFileRecovering, removeLeftovers, replaceFile } from '../../src/system/replace-file.ts'

function ledgerIn(folder: string): Ledger {
  const ledger = new Ledger(folder, process.geteuid?.())
  ledger.prepare()
  return ledger
}

const invite: Invite = { token: 'abc', expires: new Date('2026-11-30T21:32:46Z'), given: undefined }

t.test('a line a token, with its end and when it was given', async (t) => {
  t.equal(formatInvite(invite), 'abc  # expires 2026-11-30T21:32:46Z')
  const given = { ...invite, given: new Date('2026-11-24T08:00:00Z') }
  t.equal(formatInvite(given), 'abc  # expires 2026-11-30T21:32:46Z given 2026-11-24T08:00:00Z')
  t.strictSame(parseInvite('abc'), { token: 'abc', expires: undefined, given: undefined })
  for (const line of [
    '',
    '# a comment',
    'two words',
    'abc # something else',
    'abc  # expires soonZ',
    'ä',
    'x'.repeat(65),
  ])
    t.equal(parseInvite(line), undefined, line)
})

t.test('what is written is read again, 10,000 times', async () => {
  const time = fc
    .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
    .map((date) => new Date(Math.floor(+date / 1000) * 1000))
  const any = fc.record({
    token: fc.stringMatching(/^[A-Za-z0-9._~-]{1,64}$/),
    expires: fc.option(time, { nil: undefined }),
    given: fc.option(time, { nil: undefined }),
  })
  fc.assert(
    fc.property(any, (one) => JSON.stringify(parseInvite(formatInvite(one))) === JSON.stringify(one)),
    { numRuns: 10_000 },
  )
})

t.test("somebody else's lines stay, whatever happens to ours", async (t) => {
  const ledger = ledgerIn(t.testdir())
  const foreign = ['# for the family', '', 'not a token at all', '   ']
  writeFileSync(
    ledger.file,
    `${foreign[0]}\nold1\n${foreign[1]}\n${foreign[2]}\nold2  # expires 2020-01-01T00:00:00Z\n${foreign[3]}\ntorn`,
    { mode: 0o640 },
  )
  ledger.append(invite)
  t.strictSame(
    ledger.read().map(({ token }) => token),
    ['old1', 'old2', 'torn', 'abc'],
  )
  ledger.rewrite((one) => (one.token === 'old1' ? undefined : one))
  const lines = readFileSync(ledger.file, 'utf8').split('\n')
  for (const line of foreign) t.ok(lines.includes(line), JSON.stringify(line))
  t.notOk(lines.includes('old1'))
  t.equal(statSync(ledger.file).mode & 0o777, 0o640, 'its mode is kept')
})

t.test('nothing is written where nothing changes', async (t) => {
  const ledger = ledgerIn(t.testdir())
  ledger.append(invite)
  const before = statSync(ledger.file, { bigint: true }).mtimeNs
  ledger.rewrite((one) => one)
  t.equal(statSync(ledger.file, { bigint: true }).mtimeNs, before)
})

t.test('a crash in the middle of a rewrite leaves the old or the new text', async (t) => {
  const fresh = '.0123456789abcdef.new'
  const states: [string, Record<string, string>, string | undefined][] = [
    ['before anything', { '': 'old' }, 'old'],
    ['while the new one is written', { '': 'old', [fresh]: 'ne' }, 'old'],
    ['once it is written', { '': 'old', [fresh]: 'new' }, 'old'],
    ['the old one moved aside', { '.bak': 'old', [fresh]: 'new' }, 'old'],
    ['the old one moved aside, and no new one', { '.bak': 'old' }, 'old'],
    ['the new one in place', { '': 'new', '.bak': 'old' }, 'new'],
    ['while the very first is written', { [fresh]: 'ne' }, undefined],
  ]
  const root = t.testdir()
  for (const [name, files, expected] of states) {
    const folder = `${root}/${name.replaceAll(' ', '-')}`
    mkdirSync(folder, { recursive: true })
    for (const [end, text] of Object.entries(files)) writeFileSync(`${folder}/file${end}`, text)
    t.equal(readFileRecovering(`${folder}/file`, undefined), expected, name)
    replaceFile(`${folder}/file`, 'next')
    t.equal(readFileSync(`${folder}/file`, 'utf8'), 'next')
    removeLeftovers(`${folder}/file`)
    const left = readdirSync(folder).filter((name) => name !== 'file' && !(name === 'file.bak' && '' in files))
    t.strictSame(left, [], 'nothing is left beside it')
  }
})

t.test('commands that were not finished are remembered, and torn notes are not', async (t) => {
  const ledger = ledgerIn(t.testdir())
  const pending = [{ transactionId: '7f0b2a0e-1f0d-4a63-9f0c-0a4f5d0e6b11', expires: new Date('2026-11-30T21:32:46Z') }]
  t.strictSame(ledger.readPending(), [])
  ledger.writePending(pending)
  t.strictSame(ledger.readPending(), pending)
  ledger.dropPending()
  t.strictSame(ledger.readPending(), [])
})

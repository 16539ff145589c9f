import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import t from 'tap'
import { type SimulatedBed, simulatedBed } from '../contract/bed.ts'
import { command, quoted, runBinary } from '../contract/binary.ts'
import { lines } from '../contract/on-record.ts'
import { atTerminal, terminalNeeded } from '../contract/terminal.ts'

t.test('take asks for one token, not for every one', async (t) => {
  const bed = await simulatedBed(t)
  t.equal((await bed.run('invite', '8')).code, 0)
  const before = bed.hs.requests.length
  t.equal((await bed.run('invite', 'take')).code, 0)
  const asked = bed.hs.requests.slice(before).filter(({ path }) => path.includes('/validity'))
  t.equal(asked.length, 1)
})

t.test('take hands out what is valid longest, and the message says until when', async (t) => {
  const bed = await simulatedBed(t)
  const [soon, late, later] = ['soonsoonsoon', 'latelatelate', 'laterlaterlater']
  for (const token of [soon, late, later]) bed.hs.issueToken({ token })
  const lines = [
    `${soon}  # expires 2098-01-01T10:30:00Z`,
    `${later}  # expires 2099-02-03T10:30:00Z`,
    `${late}  # expires 2099-01-01T10:30:00Z`,
  ]
  writeFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, `${lines.join('\n')}\n`, { mode: 0o600 })
  t.match(await bed.run('invite', 'take', '--text'), {
    code: 0,
    stdout: /until 2099-02-03 10:30 UTC[\s\S]*laterlaterlater/,
  })
  t.equal((await bed.run('invite', 'take')).stdout, `${late}\n`)
  t.equal((await bed.run('invite', 'take')).stdout, `${soon}\n`)
})

t.test('of an invite that was used, list says so also after its time', async (t) => {
  const bed = await simulatedBed(t)
  const valid = bed.hs.issueToken({ token: 'stillworksforall' })
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  const over = '# expires 2020-01-01T00:00:00Z'
  writeFileSync(file, `${valid}  ${over}\nusedupbysomebody  ${over}\n`, { mode: 0o600 })
  const states = JSON.parse((await bed.run('invite', 'list', '--json')).stdout)
  t.match(states, [{ state: 'expired' }, { state: 'used or unknown' }])
})

t.test('--qr draws the same while minting and afterwards', async (t) => {
  const bed = await simulatedBed(t)
  const { stdout } = await bed.run('invite', '2', '--qr')
  const pages = bed.hs.requests.filter(({ path }) => path.includes('/account/register')).length
  t.equal(pages, 1, 'the server is asked once for all of them')
  const tokens = given(bed)
  t.equal(tokens.length, 2)
  const again = []
  for (const token of tokens) again.push((await bed.run('invite', 'take', token.slice(0, 8), '--qr')).stdout)
  t.equal(stdout, again.join(''))
  for (const token of tokens)
    t.match(stdout, new RegExp(`\\nhttps?://.*[?&]token=${token}\\n`), 'the link below the code')
})

t.test('list shows enough of each token, and revoke takes that much of it', async (t) => {
  const bed = await simulatedBed(t)
  const tokens = ['abcdefghijklmnop', 'abcdefgxijklmnop', 'zyxwvutsrqponmlk']
  for (const token of tokens) bed.hs.issueToken({ token, usesAllowed: 1 })
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  writeFileSync(file, tokens.map((token) => `${token}\n`).join(''), { mode: 0o600 })
  const shown = (await bed.run('invite', 'list')).stdout.split('\n').map((line) => line.split(' ')[0])
  t.strictSame(shown, ['abcdefgh…', 'abcdefgx…', 'zyxwvu…', ''])
  t.match(await bed.run('invite', 'revoke', 'abcdefg'), { code: 2, stderr: /2 saved invites start with "abcdefg"/ })
  t.match(await bed.run('invite', 'revoke', 'zyxwv'), { code: 2, stderr: /too short.*\n.*at least 6 characters/ })
  t.match(await bed.run('invite', 'revoke', 'zyxwvx'), { code: 2, stderr: /no saved invite starts with this token/ })
  t.equal(bed.hs.tokens.size, 3)
  t.match(await bed.run('invite', 'revoke', 'zyxwvu'), { code: 0, stdout: /^revoked / })
  t.match(await bed.runWith({ input: 'abcdefgx…\n' }, 'invite', 'revoke', '-'), { code: 0, stdout: /^revoked / })
  t.equal(readFileSync(file, 'utf8'), `${tokens[0]}\n`)
  t.strictSame([...bed.hs.tokens.values()].filter(({ token }) => bed.hs.tokenValid(token)).length, 1)
})

t.test('at most half of a token is shown, also of one that was chosen by hand', async (t) => {
  const bed = await simulatedBed(t)
  const tokens = ['a', 'xyz', 'Fest2026', 'Fest2027']
  for (const token of tokens) bed.hs.issueToken({ token, usesAllowed: 1 })
  const saved = tokens.map((token) => `${token}\n`).join('')
  writeFileSync(`${bed.dataDir}/secrets/invite-tokens.txt`, saved, { mode: 0o600 })
  const shown = (await bed.run('invite', 'list')).stdout.split('\n').map((line) => line.split(' ')[0])
  t.strictSame(shown, ['…', 'x…', 'Fest…', 'Fest…', ''])
  t.match(await bed.run('invite', 'take', 'a'), { code: 0, stdout: 'a\n' })
  t.match(bed.audit().at(-1), { op: 'invite-take', target: '…' })
})

t.test('without saved invites, list says so on a terminal and stays silent elsewhere', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  t.match(await bed.run('invite', 'list'), { code: 0, stdout: '', stderr: '' })
  const { code, text } = await atTerminal([...command, 'invite', 'list'], bed.env, [])
  t.equal(code, 0)
  t.match(text, /no invites yet/)
  t.notMatch(text, /TOKEN/)
  const redirected = `exec ${quoted(...command)} invite list > ${quoted(`${bed.dataDir}/shown`)}`
  t.notMatch((await atTerminal(['sh', '-c', redirected], bed.env, [])).text, /no invites/)
})

/** The saved tokens that are marked as given. */
function given(bed: SimulatedBed): string[] {
  return lines(bed).flatMap((line) => (line.includes(' given ') ? (line.split(' ')[0] ?? '') : []))
}

for (const kind of ['continuwuity', 'synapse'] as const)
  t.test(`what minting shows is given, so take does not hand it out again (${kind})`, async (t) => {
    const bed = await simulatedBed(t, kind === 'synapse' ? { kind } : {})
    const shown = (await bed.run('invite', '2', '--show')).stdout.trim().split('\n')
    const { tokens } = JSON.parse((await bed.run('invite', '--show', '--json')).stdout)
    t.match((await bed.run('invite', '--qr')).stdout, /█/)
    t.equal(given(bed).length, 4)
    t.strictSame(given(bed).slice(0, 3), [...shown, ...tokens])
    t.match(await bed.run('invite', 'take'), { code: 2, stdout: '' })
    t.equal((await bed.run('invite')).code, 0)
    t.equal(given(bed).length, 4, 'what is only saved is unused')
    t.notMatch(await bed.run('invite', '--qr', '--json'), { stdout: /"tokens"/ })
    t.equal(given(bed).length, 4, 'JSON without tokens shows none')
    t.match(
      bed
        .audit()
        .filter(({ op }) => op === 'invite-take')
        .at(-1),
      { op: 'invite-take', target: `${given(bed)[3]?.slice(0, 6)}…`, outcome: 'done' },
    )
    const before = bed.hs.requests.length
    for (const option of ['--show', '--qr'])
      t.match(await bed.run('invite', '--ensure', '3', option), {
        code: 2,
        stdout: '',
        stderr: `--ensure and ${option} cannot be used together`,
      })
    t.equal(bed.hs.requests.length, before)
  })

t.test(
  'output that breaks off leaves one invite unused, and several given, since some may have been seen',
  async (t) => {
    const bed = await simulatedBed(t)
    for (const [count, left] of [
      ['1', 0],
      ['2', 2],
    ] as const) {
      const script = `${quoted(...command)} invite ${count} --show > /dev/full`
      const env = { PATH: process.env.PATH, ...bed.env }
      await t.rejects(promisify(execFile)('sh', ['-c', script], { env }), { code: 2 })
      t.equal(given(bed).length, left)
    }
  },
)

t.test('take TOKEN shows a saved invite, also again', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.publicUrl = 'https://matrix.home.test/'
  await bed.run('invite', '3')
  const [first = '', second = '', third = ''] = lines(bed).map((line) => line.split(' ')[0] ?? '')
  t.equal((await bed.run('invite', 'take', second.slice(0, 6))).stdout, `${second}\n`)
  t.strictSame(given(bed), [second], 'an unused one becomes given')
  const before = lines(bed)
  const { stdout: link } = await bed.run('invite', 'take', `${second.slice(0, 6)}…`, '--link')
  t.match(link, second)
  t.strictSame(lines(bed), before, 'one that was given stays as it is')
  t.match(bed.audit().at(-1), { op: 'invite-take', target: `${second.slice(0, 6)}…`, outcome: 'shown again' })
  const { stdout } = await bed.runWith({ input: link }, 'invite', 'take', '-', '--text', '--json')
  t.match(JSON.parse(stdout), { token: second, link: link.trim(), text: /^You are invited/ })
  t.match((await bed.runWith({ input: `${first}\n` }, 'invite', 'take', '-', '--qr')).stdout, /█/)
  t.strictSame(given(bed), [first, second])
  t.match(await bed.run('invite', 'take', first.slice(0, 3)), { code: 2, stdout: '', stderr: /too short/ })
  t.match(await bed.run('invite', 'take', 'nothing'), {
    code: 2,
    stdout: '',
    stderr: /no saved invite starts with this/,
  })
  bed.hs.tokens.delete(third)
  t.match(await bed.run('invite', 'take', third.slice(0, 6)), {
    code: 2,
    stdout: '',
    stderr: /already used, expired or revoked/,
  })
  t.match(await bed.run('invite', 'take', '--json'), { code: 2, stdout: '{"token":null,"expires":null,"link":null}\n' })
  t.match(await bed.run('invite', 'take', '--json', '--timeout', 'x'), { code: 2, stdout: '' }, 'a broken set-up')
})

t.test('revoke takes the link, and a token that is gone is recorded as such', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite', '2')
  const [first = '', second = ''] = lines(bed).map((line) => line.split(' ')[0] ?? '')
  const { stdout } = await bed.run('invite', 'take', '--link')
  t.match(await bed.runWith({ input: stdout }, 'invite', 'revoke', '-'), { code: 0, stdout: /^revoked / })
  t.match(bed.audit().at(-1), { op: 'invite-revoke', outcome: 'done' })
  t.match(await bed.run('invite', 'revoke', first.slice(0, 6)), { code: 2, stderr: /hint: .*`matrix-users audit`/ })
  bed.hs.tokens.delete(second)
  t.match(await bed.run('invite', 'revoke', second.slice(0, 6)), { code: 0, stdout: /was already used/ })
  t.match(bed.audit().at(-1), { op: 'invite-revoke', rc: 0, outcome: 'already so' })
})

t.test('--ensure says on a terminal what it did', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const seen = async (...args: string[]) => (await atTerminal([...command, 'invite', ...args], bed.env, [])).text
  t.match(await seen('--ensure', '2'), 'minted 2 invites: 2 unused invites are available')
  t.match(await seen('--ensure', '1'), 'minted no invites: 2 unused invites are available')
  t.notMatch(await seen('--ensure', '1', '--quiet'), /minted/)
})

t.test('a token with a mark too many is not repeated by the error', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite')
  const token = lines(bed)[0]?.split(' ')[0] ?? ''
  for (const given of [`${token},`, `https://home.test/register?token=${token}%2C`])
    for (const verb of ['take', 'revoke']) {
      const { code, stdout, stderr } = await runBinary(['invite', verb, given], { env: bed.env })
      t.strictSame([code, stdout], [2, ''])
      t.match(stderr, /error: the text given as TOKEN is not a token: nothing was sent/)
      t.notMatch(stderr, token)
    }
})

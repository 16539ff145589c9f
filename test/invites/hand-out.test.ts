import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from '../contract/bed.ts'
import { command, quoted } from '../contract/binary.ts'
import { atTerminal, terminalNeeded } from '../contract/terminal.ts'

t.test('take asks for one token, not for every one', async (t) => {
  const bed = await simulatedBed(t)
  t.equal((await bed.run('invite', '8')).code, 0)
  const before = bed.hs.requests.length
  t.equal((await bed.run('invite', 'take')).code, 0)
  const asked = bed.hs.requests.slice(before).filter(({ path }) => path.includes('/validity'))
  t.equal(asked.length, 1)
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
  t.match(await bed.run('invite', 'revoke', 'zyxwvx'), { code: 2, stderr: /no saved invite starts with it/ })
  t.equal(bed.hs.tokens.size, 3)
  t.match(await bed.run('invite', 'revoke', 'zyxwvu'), { code: 0, stdout: 'revoked\n' })
  t.match(await bed.runWith({ input: 'abcdefgx…\n' }, 'invite', 'revoke', '-'), { code: 0, stdout: 'revoked\n' })
  t.equal(readFileSync(file, 'utf8'), `${tokens[0]}\n`)
  t.strictSame([...bed.hs.tokens.values()].filter(({ token }) => bed.hs.tokenValid(token)).length, 1)
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

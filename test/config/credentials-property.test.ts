import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { credential, formatCredentials, readCredentials } from '../../src/config/credentials.ts'

const me = process.geteuid?.() ?? 0
/** What people and generators put into passwords, and what bash makes something of. */
const character = fc.oneof(
  fc.constantFrom(...' $`"\\!#~*?[]{}()<>|&;=%^,.:/-_'),
  fc.string({ minLength: 1, maxLength: 1 }),
  fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
)
const password = fc.array(character, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(''))

t.test('what is written into a credentials file is what we, and bash, read from it', async (t) => {
  const folder = t.testdir()
  const samples = fc.sample(password, { numRuns: 10_000, seed: Date.now() })
  const kept: string[] = []
  let wrong = 0
  for (const ADMIN_PASS of samples) {
    const values = { ADMIN_USER: 'admin', ADMIN_MXID: '@admin:home.test', ADMIN_TOKEN: 'abc', SERVER_NAME: 'home.test' }
    let text: string
    try {
      text = formatCredentials({ ...values, ADMIN_PASS })
    } catch {
      // What cannot be quoted for everybody who reads the file is refused.
      if (!/['\p{C}]/u.test(ADMIN_PASS)) wrong += 1
      continue
    }
    const file = `${folder}/${kept.length}`
    writeFileSync(file, text, { mode: 0o600 })
    if (credential(readCredentials(file, me), 'ADMIN_PASS') !== ADMIN_PASS) wrong += 1
    kept.push(ADMIN_PASS)
  }
  t.equal(wrong, 0)
  t.ok(kept.length > 5000, `${kept.length} could be written`)
  const script =
    'set +H; for ((i = 0; i < $2; i++)); do ADMIN_PASS=; source "$1/$i"; printf "%s\\0" "$ADMIN_PASS"; done'
  const options = { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } }
  const read = execFileSync('bash', ['-c', script, 'bash', folder, String(kept.length)], options)
  const values = read.toString().split('\0').slice(0, -1)
  t.equal(values.length, kept.length)
  t.strictSame(
    values.filter((value, at) => value !== kept[at]),
    [],
  )
})

import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'

/** A folder for a new operator of a server without accounts. */
async function newBed(t: Parameters<typeof simulatedBed>[0]) {
  const bed = await simulatedBed(t, { fresh: true })
  const folder = `${t.testdirName}/new`
  mkdirSync(`${folder}/secrets`, { recursive: true, mode: 0o700 })
  const env = { ...bed.env, DATA_DIR: folder }
  const file = `${folder}/secrets/registration-token.txt`
  return { ...bed, file, create: (...args: string[]) => bed.runWith({ env }, 'create-admin', ...args) }
}

t.test(
  'a registration token is read from a regular file of sensible size, and nothing waits for another',
  async (t) => {
    const bed = await newBed(t)
    execFileSync('mkfifo', [bed.file])
    t.match(await bed.create(), { code: 2, stderr: /error: .*registration-token\.txt is not a regular file\nhint: / })
    rmSync(bed.file)
    t.match(await bed.create('--token-file', '/dev/zero'), {
      code: 2,
      stderr: /error: \/dev\/zero is not a regular file/,
    })
    writeFileSync(bed.file, 'a'.repeat(2 ** 20 + 1), { mode: 0o600 })
    t.match(await bed.create(), { code: 2, stderr: /error: .*registration-token\.txt is larger than 1048576 bytes/ })
    rmSync(bed.file)
    const elsewhere = `${t.testdirName}/token`
    writeFileSync(elsewhere, `${bed.hs.consoleToken}\n`, { mode: 0o644 })
    symlinkSync(elsewhere, bed.file)
    t.match(await bed.create(), {
      code: 0,
      stdout: /was registered/,
      stderr: /warning: others can read .*registration-token\.txt \(mode 644\) \(fix: chmod 600 /,
    })
  },
)

t.test('an env file is a regular file or /dev/null, and nothing waits for another', async (t) => {
  const bed = await simulatedBed(t)
  const [home, pipe] = [`${t.testdirName}/home`, `${t.testdirName}/pipe`]
  const profiles = `${home}/.config/matrix-users`
  mkdirSync(profiles, { recursive: true })
  for (const fifo of [pipe, `${profiles}/default.env`, `${profiles}/club.env`]) execFileSync('mkfifo', [fifo])
  const refused = (name: string) => ({
    code: 2,
    stdout: '',
    stderr: new RegExp(`error: .*${name} is not a regular file`),
  })
  const env = { HOME: home }
  t.match(await bed.run('list', '--env-file', pipe), refused('pipe'))
  t.match(await bed.runWith({ env: { POCKET_ENV: pipe } }, 'list'), refused('pipe'))
  t.match(await bed.run('list', '--env-file', '/dev/zero'), refused('zero'))
  t.match(await bed.runWith({ env }, 'list'), refused('default.env'))
  t.match(await bed.runWith({ env }, 'list', '--profile', 'club'), refused('club.env'))
  const token = { env: { HOME: home, MATRIX_HS_API: '', DATA_DIR: '' }, input: `${bed.operator.token}\n` }
  t.match(await bed.runWith(token, 'login', bed.url, '--with-token', '--profile', 'club'), refused('club.env'))
  t.match(await bed.runWith({ env: { POCKET_ENV: '/dev/null' } }, 'list'), { code: 0, stderr: '' })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { objects } from './stdout-lines.ts'

t.test('several servers, each under its name; one that is down does not stop the others', async (t) => {
  const bed = await simulatedBed(t)
  const home = `${bed.dataDir}/home`
  mkdirSync(`${home}/.config/matrix-users`, { recursive: true })
  const write = (name: string, api: string, dataDir = bed.dataDir) =>
    writeFileSync(
      `${home}/.config/matrix-users/${name}.env`,
      `DATA_DIR='${dataDir}'\nADMIN_CRED_FILE='${bed.credentialsFile}'\nMATRIX_HS_API=${api}\n`,
    )
  const run = (...args: string[]) =>
    bed.runWith({ env: { HOME: home, DATA_DIR: undefined, MATRIX_HS_API: undefined } }, ...args)
  t.match(await run('profiles'), { code: 2, stderr: /no profiles found in/ })
  write('club', bed.url)
  write('school', bed.url)
  t.match(await run('profiles'), { code: 0, stdout: /^club {2}.*club\.env\nschool {2}/ })
  t.match(await run('list', '--profile', 'club'), { code: 0, stdout: /@admin:home\.test/ })
  const both = await run('list', '--all-profiles')
  t.match(both, { code: 0, stdout: /^club:\n.*@admin:home\.test.*\nschool:\n.*@admin:home\.test/s })
  t.match(await run('invite', '--ensure', '2', '--all-profiles'), { code: 0, stdout: '', stderr: '' })
  write('down', 'http://127.0.0.1:1')
  const some = await run('list', '--all-profiles')
  t.match(some, { code: 5, stdout: /^club:\n.*\nschool:\n/s, stderr: /error: down: .*cannot reach/ })
  t.match(some.stderr, /1 of 3 profiles failed: down/)
  const json = objects((await run('list', '--all-profiles', '--json')).stdout)
  t.match(json, [
    { profile: 'club', result: { command: '!admin users list-users' } },
    { profile: 'down', result: null, error: /cannot reach/ },
    { profile: 'school', result: {} },
  ])
  t.match(await run('check', '--all-profiles'), { code: 5, stdout: /^club:\nok /m })
  write('down', bed.url, `${bed.credentialsFile}/folder`)
  const unwritable = await run('invite', '--ensure', '2', '--all-profiles')
  t.match(unwritable, { code: 5, stderr: /error: down: cannot .*: part of the path is not a folder \(ENOTDIR\)/ })
  t.match(
    unwritable.stderr,
    /1 of 3 profiles failed: down/,
    'what the file system says does not stop the others either',
  )
  t.match(await run('list', '--all-profiles', '--profile', 'club'), { code: 2, stderr: /cannot be used with/ })
  t.match(await run('invite', '5', '--all-profiles'), { code: 2, stderr: /--all-profiles needs --ensure/ })
  writeFileSync(`${home}/.config/matrix-users/default.env`, `DATA_DIR='${bed.dataDir}'\nMATRIX_HS_API=${bed.url}\n`)
  writeFileSync(`${home}/.config/matrix-users/stray.env`, `MATRIX_HS_API=${bed.url}\n`)
  const asked = bed.hs.requests.length
  t.match(await run('list', '--profile', 'stray'), { code: 2, stderr: /neither DATA_DIR nor ADMIN_CRED_FILE/ })
  t.match(await run('list', '--profile', 'schol'), { code: 2, stderr: /hint: .*matrix-users profiles/ })
  t.equal(bed.hs.requests.length, asked, 'no token goes to the server of another profile')
})

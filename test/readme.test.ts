import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { command } from './contract/binary.ts'
import { atTerminal } from './contract/terminal.ts'
import { startHomeserver } from './homeserver/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the first steps work as they are printed', async (t) => {
  const home = t.testdir({ bin: {} })
  const hs = await startHomeserver({ fresh: true })
  t.teardown(() => hs.close())
  const block = /## First steps[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  t.match(block, /create-admin[\s\S]*check[\s\S]*list/)
  mkdirSync(`${home}/bin`, { recursive: true })
  symlinkSync(command[0] ?? '', `${home}/bin/matrix-users`)
  // The only change: the port, because the tests run side by side.
  writeFileSync(`${home}/steps.sh`, block.replace('http://127.0.0.1:8448', hs.url))
  const env = { HOME: home, PATH: `${home}/bin:${process.env.PATH}` }
  const { code, text } = await atTerminal(['bash', '-e', `${home}/steps.sh`], env, [
    ['not shown', hs.consoleToken ?? ''],
  ])
  t.equal(code, 0, text)
  t.match(text, /was registered[\s\S]*bot answers[\s\S]*@admin:home\.test/)
})

t.test('the exit codes and settings that it lists are those of the program', async (t) => {
  const { exitCodes } = await import('../src/errors.ts')
  for (const { code, meaning } of Object.values(exitCodes)) t.ok(readme.includes(`| ${code} | ${meaning}`), `${code}`)
  const { settingsTable } = await import('../src/config/settings-table.ts')
  for (const { names } of Object.values(settingsTable))
    for (const name of names) t.ok(readme.includes(`\`${name}\``), name)
})

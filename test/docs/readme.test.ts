import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { command } from '../contract/binary.ts'
import { atTerminal, terminalNeeded } from '../contract/terminal.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { commandLines, read, sectionOf } from './pages.ts'

const readme = read('README.md')
const quickStart = [...sectionOf(readme, 'Quick start').matchAll(/```sh\n([\s\S]*?)```/g)].map(
  ([, block = '']) => block,
)

/** Somebody's home, with the program on PATH. */
function homeOf(t: Test): { home: string; env: Record<string, string> } {
  const home = `${t.testdir()}/home`
  mkdirSync(`${home}/bin`, { recursive: true })
  symlinkSync(command[0] ?? '', `${home}/bin/matrix-users`)
  return { home, env: { HOME: home, PATH: `${home}/bin:${process.env.PATH}` } }
}

t.test('quick start with a homeserver that exists, as it is printed', terminalNeeded, async (t) => {
  const { home, env } = homeOf(t)
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  t.match(quickStart[0], /^matrix-users login /)
  writeFileSync(`${home}/steps.sh`, quickStart[0] ?? '')
  const { code, text } = await atTerminal(['bash', '-e', `${home}/steps.sh`], env, [
    ['homeserver (', hs.url],
    ['username: ', 'admin'],
    ['password (', hs.operator.password],
  ])
  t.equal(code, 0, text)
  t.match(text, /logged in as[\s\S]*@admin:home\.test/)
})

t.test('quick start with a new one, as it is printed', terminalNeeded, async (t) => {
  const { home, env } = homeOf(t)
  const hs = await startHomeserver({ fresh: true })
  t.teardown(() => hs.close())
  t.match(quickStart[1], /create-admin[\s\S]*list/)
  // The only change: the port, because the tests run side by side.
  writeFileSync(`${home}/steps.sh`, (quickStart[1] ?? '').replace('http://127.0.0.1:8448', hs.url))
  const { code, text } = await atTerminal(['bash', '-e', `${home}/steps.sh`], env, [
    ['not shown', hs.consoleToken ?? ''],
  ])
  t.equal(code, 0, text)
  t.match(text, /was registered[\s\S]*@admin:home\.test/)
})

t.test('each of its other commands, as it is printed', terminalNeeded, async (t) => {
  // What the panel needs first, and the panel, are one example.
  const panel = commandLines(sectionOf(readme, 'Panel')).join('; ')
  const lines = [...['Commands', 'Invites'].flatMap((heading) => commandLines(sectionOf(readme, heading))), panel]
  t.ok(lines.length >= 16, `${lines.length} commands`)
  const { home, env } = homeOf(t)
  writeFileSync(`${home}/class.txt`, 'carol\ndave\n')
  for (const line of lines) {
    const hs = await startHomeserver({ people: /create alice/.test(line) ? [] : ['alice'] })
    const { env: settings } = writeDataDir(hs, `${home}/${lines.indexOf(line)}`)
    const own = { ...env, ...settings, MATRIX_USERS_PANEL_PORT: '0' }
    if (line.includes('invite take')) await atTerminal(['matrix-users', 'invite'], own, [])
    const call = `cd ~; ${line.replace('/usr/local/bin/', '')}`
    const { code, text } = await atTerminal(['bash', '-c', call], own, [
      ...(/deactivate|make-admin/.test(line) ? [['to confirm: ', '@alice:home.test'] as [string, string]] : []),
      ...(line.includes('panel')
        ? ([
            ['New panel password (at least 8 characters): ', 'correct horse'],
            ['Repeat the password: ', 'correct horse'],
            ['http://127', '\u0003'],
          ] as [string, string][])
        : []),
    ])
    t.equal(code, 0, `${line}\n${text}`)
    await hs.close()
  }
})

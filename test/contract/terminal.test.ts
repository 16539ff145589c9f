import t from 'tap'
import { simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'

t.test('deactivate asks for the exact id at a terminal', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const run = (answer: string) => atTerminal([...command, 'deactivate', 'alice'], bed.env, [['to confirm:', answer]])
  for (const wrong of ['alice', 'yes', '', '@Alice:home.test'])
    t.match(await run(wrong), { code: 2, text: /the user ID does not match: nothing was sent/ })
  t.match(await run('\u0003'), { code: 130 }, 'Ctrl-C')
  t.match(await run('\u0004'), { code: 130 }, 'Ctrl-D')
  t.equal(bed.hs.executed.length, 0)
  t.equal((await run('@alice:home.test')).code, 0)
  t.ok(bed.hs.accounts.get('alice')?.deactivated)
})

t.test('control characters of a reply are shown, not obeyed', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({}, { kind: 'silent' })
  const running = atTerminal([...command, 'run', '--', 'say'], bed.env, [])
  for (let asked: string | undefined; asked === undefined; ) {
    asked = bed.hs.room.events.find(({ content }) => content.body === '!admin say')?.event_id
    if (asked) bed.hs.botSays('a\u001B[31mred\u0007\tb \u202E', asked)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const { code, text } = await running
  t.equal(code, 0)
  t.ok(text.includes('a\\x1b[31mred\\x07\tb \\u202e'), text)
})

t.test('a reset password says that sessions stay open, unless they were to end', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t, { people: ['bob'] })
  const at = async (...args: string[]) =>
    (await atTerminal([...command, 'reset-password', 'bob', ...args], bed.env, [])).text
  t.match(await at(), /sessions stay logged in; `matrix-users logout @bob:home\.test` ends them/)
  t.match(await at('--passwords'), /reset the password of @bob:home\.test[\s\S]*hint: open sessions stay logged in/)
  for (const args of [['--logout'], ['--logout', '--passwords']]) {
    const text = await at(...args)
    t.match(text, /the server cannot confirm that the sessions ended/)
    t.notMatch(text, /stay logged in/)
  }
  const ends = bed.audit().filter(({ action }) => action === 'user-op-end')
  const outcomes = ends.map(({ outcome }) => outcome)
  t.strictSame(outcomes, ['replied', 'done', 'replied, with --logout', 'done, with --logout'])
  t.notMatch((await bed.run('reset-password', 'bob')).stderr, /sessions/, 'a script is told nothing')
})

t.test('- at a terminal says that it reads', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const { text } = await atTerminal([...command, 'invite', 'revoke', '-'], bed.env, [
    ['up to Ctrl-D', 'nosuchtoken\n\u0004'],
  ])
  t.match(text, /no saved invite starts with this token/)
})

t.test('colour only where it is wanted', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const coloured = await atTerminal([...command, 'create', 'A'], bed.env, [])
  t.match(coloured.text, /\u001B\[31merror:/)
  t.notMatch((await atTerminal([...command, 'create', 'A'], { ...bed.env, NO_COLOR: '1' }, [])).text, /\u001B\[/)
})

t.test('Ctrl-C while waiting ends at once with 130', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.botListens = false
  const { code, text } = await atTerminal([...command, 'list'], bed.env, [['waiting for the reply', '\u0003']])
  t.equal(code, 130)
  t.match(text, /interrupted: commands already sent may still be carried out/)
})

t.test('a new password is typed twice, hidden; both lines may be pasted at once', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  const password = 'Gu7 ö€ password'
  const argv = [...command, 'panel', 'set-password']
  const typed: [string, string][] = [
    ['New panel password (at least 8 characters): ', password],
    ['Repeat the password', password],
  ]
  const runs: [string, [string, string][], number][] = [
    ['typed', typed, 0],
    [
      'pasted, in place of the old one',
      [
        ['Replace it?', 'y'],
        ['New panel password (at least 8 characters): ', `${password}\r${password}`],
      ],
      0,
    ],
    [
      'mistyped',
      [
        ['Replace it?', 'y'],
        ['New panel password (at least 8 characters): ', password],
        ['Repeat the password', `${password}x`],
      ],
      2,
    ],
    [
      'given up',
      [
        ['Replace it?', 'y'],
        ['New panel password (at least 8 characters): ', password],
        ['Repeat the password', '\u0003'],
      ],
      130,
    ],
    ['not replaced', [['Replace it?', 'n']], 2],
  ]
  for (const [what, answers, code] of runs) {
    const seen = await atTerminal(argv, bed.env, answers)
    t.equal(seen.code, code, `${what}: ${seen.text}`)
    t.notOk(seen.text.includes(password), `${what}: hidden`)
    if (code === 0) t.match(seen.text, /saved the panel password/)
  }
})

t.test('a signal ends a question too, shown or hidden', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const questions: [string[], string][] = [
    [['deactivate', 'alice'], 'to confirm'],
    [['panel', 'set-password'], 'New panel password'],
  ]
  for (const [words, question] of questions)
    for (const signal of ['SIGTERM', 'SIGHUP']) {
      const seen = await atTerminal([...command, ...words], bed.env, [[question, signal]])
      t.match(seen, { code: 130, text: /interrupted: nothing was done/ }, `${words}, ${signal}`)
    }
  t.equal(bed.hs.executed.length, 0)
})

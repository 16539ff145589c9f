import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { leaveUnread, names, repliesOf } from './pupils.ts'
import { SignalAt } from './signal-at.ts'
import { objects } from './stdout-lines.ts'

t.test('killed half-way, the server too, and resumed: none twice, every password is shown or named', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 2 })
  const file = `${bed.dataDir}/pupils`
  writeFileSync(file, names(500).join('\n'))
  const { started } = new SignalAt('SIGKILL').atCommand(bed.hs, 'executed', /pupil250$/)
  const first = await bed.runWith({ started }, 'create', '--from', file)
  t.equal(first.signal, 'SIGKILL')
  // The server too: what it had not carried out yet is lost.
  await bed.hs.stop()
  await bed.hs.start()
  const second = await bed.run('create', '--from', file, '--resume')
  t.match(second, { code: 0, stderr: /500 of 500 done, \d+ were done before/ })
  const shown = first.stdout + second.stdout
  for (const name of names(500)) {
    const password = bed.hs.accounts.get(name)?.password ?? '?'
    t.ok(shown.includes(password) || second.stderr.includes(`@${name}:home.test exists, but`), name)
    t.notOk(bed.hs.room.text().includes(password), `${name}: gone from the room`)
  }
  const creations = bed.hs.room.events.filter(({ content }) => /create-user/.test(String(content.body)))
  t.equal(new Set(creations.map(({ content }) => content.body)).size, 500)
  t.match(await bed.run('create', '--from', file, '--resume'), { code: 0, stdout: '', stderr: /500 were done before/ })
})

t.test('asked to end, it sends no more, awaits what was sent, and says how to go on', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const bed = await simulatedBed(t, { delayMs: 20 })
    const file = `${bed.dataDir}/pupils`
    writeFileSync(file, names(60).join('\n'))
    const stop = new SignalAt(signal).atCommand(bed.hs, 'executed', /pupil20$/)
    const first = await bed.runWith({ started: stop.started }, 'create', '--from', file)
    t.ok(stop.hit)
    t.equal(first.code, 130, signal)
    t.match(
      first.stderr,
      /nothing more is sent.*\n.* of 60 done, \d+ not sent\n.*error: interrupted.*\n.*--resume to continue/,
    )
    const replies = repliesOf(first.stdout)
    const made = names(60).filter((name) => bed.hs.accounts.has(name))
    t.ok(made.length < 60)
    for (const name of made)
      t.ok(replies.get(`@${name}:home.test`)?.includes(bed.hs.accounts.get(name)?.password ?? '?'), name)
    t.strictSame(
      readFileSync(`${file}.failed`, 'utf8'),
      names(60)
        .slice(made.length)
        .map((name) => `${name}\n`)
        .join(''),
    )
    t.notOk(made.some((name) => bed.hs.room.text().includes(bed.hs.accounts.get(name)?.password ?? '?')))
    t.equal((await bed.run('create', '--from', `${file}.failed`)).code, 0, 'what was not done is fit to be fed back')
    t.match(await bed.run('create', '--from', file, '--resume'), {
      code: 0,
      stderr: '60 of 60 done, 60 were done before\n',
    })
    t.notOk(existsSync(`${file}.failed`), 'nothing is left to be done')
  }
})

t.test('asked twice it leaves at once, and leaves no password in the room that was shown', async (t) => {
  const seen: string[] = []
  for (let later = 0; later < 8; later++) {
    const bed = await simulatedBed(t, { delayMs: 5 })
    const [once, again] = [new SignalAt('SIGINT'), new SignalAt('SIGINT')]
    once.atCommand(bed.hs, 'executed', /pupil20$/)
    // The second comes as so many requests after it are received, or at once.
    bed.hs.onCommand('executed', /pupil20$/, () =>
      later === 0 ? again.send() : again.atRequest(bed.hs, later - 1, 'done'),
    )
    const started = (child: ChildProcess) => {
      once.started(child)
      again.started(child)
    }
    const { code, stdout, stderr } = await bed.runWith({ started }, 'create', ...names(60))
    bed.hs.faults.clear()
    if (!once.hit) seen.push(`${later} later: not interrupted`)
    if (code !== 130 || !/interrupted/.test(stderr)) seen.push(`${later} later: ${code} ${stderr}`)
    for (const [mxid, reply] of repliesOf(stdout)) {
      const password = bed.hs.accounts.get(mxid.slice(1).split(':')[0] ?? '')?.password ?? '?'
      if (reply.includes(password) && bed.hs.room.text().includes(password)) seen.push(`${later} later: ${mxid}`)
    }
    t.equal((await bed.run('create', ...names(60), '--resume')).code, 0)
    const left = names(60).filter((name) => bed.hs.room.text().includes(bed.hs.accounts.get(name)?.password ?? '?'))
    if (left.length > 0) seen.push(`${later} later: ${left} after --resume`)
  }
  t.strictSame(seen, [])
})

t.test('a single command, and the questions of --resume, end at a signal too', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 400 })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const { started } = new SignalAt(signal).atCommand(bed.hs, 'posted', new RegExp(`${signal.toLowerCase()}$`))
    t.match(await bed.runWith({ started }, 'create', signal.toLowerCase()), { code: 130, stderr: /interrupted/ })
    t.match(bed.audit().at(-1), { action: 'user-op-end', rc: 130, outcome: 'interrupted' })
  }
  const { started } = new SignalAt('SIGTERM').atRequest(bed.hs, 0, 'before')
  t.match(await bed.runWith({ started }, 'create', ...names(3), '--resume'), { code: 130 })
})

t.test('--resume tells whose an account is, shows a reply once, and speaks JSON', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('before')
  bed.hs.addAccount('refused')
  t.equal((await bed.run('create', 'refused')).code, 1)
  t.equal((await bed.run('create', 'kept', '--keep-reply')).code, 0)
  t.equal((await bed.run('create', 'shown')).code, 0)
  await leaveUnread(bed, 'unseen')
  t.equal((await bed.run('create', 'unseen')).code, 1, 'a refusal after it does not hide the first reply')
  const all = ['before', 'refused', 'kept', 'shown', 'unseen', 'fresh']
  const { code, stdout, stderr } = await bed.run('create', ...all, '--resume', '--json')
  t.equal(code, 5)
  const shown = objects(stdout)
  t.match(shown, [
    { user: '@unseen:home.test', effect: true, redacted: true },
    { user: '@fresh:home.test', effect: true, redacted: true },
  ])
  t.equal(shown.length, 2)
  for (const [at, name] of ['unseen', 'fresh'].entries())
    t.ok(shown[at].reply.includes(bed.hs.accounts.get(name)?.password ?? '?'), name)
  for (const name of ['before', 'refused']) t.match(stderr, `@${name}:home.test existed before: the name is taken`)
  t.match(stderr, /4 of 6 done, 3 were done before, 2 failed\n/)
  t.notOk(bed.hs.room.text().includes(bed.hs.accounts.get('unseen')?.password ?? '?'))
  t.match(await bed.run('create', 'unseen', '--resume'), { code: 0, stdout: '' })
})

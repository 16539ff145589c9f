import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { HomeserverOptions } from '../homeserver/index.ts'
import { type SimulatedBed, simulatedBed } from './bed.ts'
import { SignalAt } from './signal-at.ts'

const kinds: [string, HomeserverOptions][] = [
  ['the admin room', {}],
  ["Synapse's API", { kind: 'synapse' }],
]

function ledger(bed: SimulatedBed): string[] {
  const file = `${bed.dataDir}/secrets/invite-tokens.txt`
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
}

function tokens(bed: SimulatedBed): string[] {
  return ledger(bed).map((line) => line.split(' ')[0] ?? '')
}

/** What is wrong with a bed that should hold `count` tokens, all valid, single-use and on record; nothing if all is well. */
function faults(bed: SimulatedBed, count: number): string[] {
  const onRecord = tokens(bed)
  const live = [...bed.hs.tokens.values()].filter(({ token }) => bed.hs.tokenValid(token))
  return [
    ...(onRecord.length === count ? [] : [`${onRecord.length} on record`]),
    ...(new Set(onRecord).size === onRecord.length ? [] : ['a token is on record twice']),
    ...live.filter(({ token }) => !onRecord.includes(token)).map(() => 'a live token is not on record'),
    ...onRecord.filter((token) => !bed.hs.tokenValid(token)).map(() => 'a dead token is on record'),
    ...live.filter(({ usesAllowed }) => usesAllowed !== 1).map(() => 'a token is good for more than one registration'),
    ...live.filter(({ token }) => bed.hs.room.text().includes(token)).map(() => 'a live token stands in the room'),
  ]
}

for (const [name, options] of kinds) {
  t.test(`by ${name}: N asked, N valid single-use tokens on record, nothing secret printed`, async (t) => {
    const bed = await simulatedBed(t, options)
    for (const [args, count] of [
      [['invite'], 1],
      [['invite', '7', '--days', '2'], 8],
    ] as [string[], number][]) {
      const { code, stdout, stderr } = await bed.run(...args)
      t.equal(code, 0)
      t.equal(stderr, '')
      t.strictSame(faults(bed, count), [])
      t.notOk(tokens(bed).some((token) => stdout.includes(token)))
      t.match(stdout, /\(valid until \d{4}-\d\d-\d\d\), saved in .*invite-tokens\.txt/)
    }
    t.equal(statSync(`${bed.dataDir}/secrets/invite-tokens.txt`).mode & 0o777, 0o600)
    const shown = await bed.run('invite', '2', '--show')
    t.strictSame(shown.stdout.trim().split('\n'), tokens(bed).slice(-2))
    t.match(JSON.parse((await bed.run('invite', '--json', '--show')).stdout), {
      minted: 1,
      tokens: tokens(bed).slice(-1),
    })
    const before = bed.hs.requests.length
    await bed.run('invite', '20')
    t.ok(bed.hs.requests.length - before <= 100, `${(bed.hs.requests.length - before) / 20} requests a token`)
  })

  t.test(`by ${name}: three --ensure 5 at once end with five; later runs do nothing and say nothing`, async (t) => {
    const bed = await simulatedBed(t, options)
    const runs = await Promise.all([1, 2, 3].map(() => bed.run('invite', '--ensure', '5')))
    for (let again = 0; again < 10; again++) runs.push(await bed.run('invite', '--ensure', '5'))
    for (const { code, stdout, stderr } of runs) t.strictSame([code, stdout, stderr], [0, '', ''])
    t.strictSame(faults(bed, 5), [])
    t.equal(bed.hs.tokens.size, 5)
    const taken = [await bed.run('invite', 'take'), await bed.run('invite', 'take')].map(({ stdout }) => stdout.trim())
    t.strictSame(taken, tokens(bed).slice(0, 2), 'each is handed out once')
    t.equal((await bed.run('invite', '--ensure', '5')).code, 0)
    t.strictSame(faults(bed, 7), [])
  })

  t.test(`by ${name}: prune revokes what expired and drops what is used or unknown`, async (t) => {
    const bed = await simulatedBed(t, options)
    await bed.run('invite', '4')
    const [expired = '', used = '', ...kept] = tokens(bed)
    const file = `${bed.dataDir}/secrets/invite-tokens.txt`
    const text = readFileSync(file, 'utf8').replace(
      new RegExp(`^${expired}.*$`, 'm'),
      `${expired}  # expires 2020-01-01T00:00:00Z`,
    )
    writeFileSync(file, `# the family's\n${text}never-existed\nnot a token\n`)
    bed.hs.tokens.delete(used)
    t.match(await bed.run('invite', 'list'), { code: 0, stdout: /expired[\s\S]*used or unknown[\s\S]*valid/ })
    await bed.hs.stop()
    const before = readFileSync(file, 'utf8')
    t.equal((await bed.run('invite', 'prune')).code, 3)
    t.equal(readFileSync(file, 'utf8'), before, 'a server that is down changes no line')
    await bed.hs.start()
    t.match(await bed.run('invite', 'prune'), {
      code: 0,
      stdout: 'revoked 1 expired invite, removed 2 that no longer work (used or revoked), kept 2\n',
    })
    t.notOk(bed.hs.tokenValid(expired))
    const shown = [expired, used].map((token) => `${token.slice(0, 6)}…`)
    t.match(bed.audit().at(-1), {
      op: 'invite-prune',
      target: `${shown.join(' ')} never-…`,
      outcome: /^expired: \S{6}…; used or unknown: \S{6}… \S{6}…$/,
    })
    t.equal((await bed.run('invite', 'prune')).stdout, 'nothing to remove: 2 invites still work\n')
    t.strictSame(tokens(bed).slice(1, 3), kept)
    t.ok(ledger(bed).includes("# the family's") && ledger(bed).includes('not a token'))
  })

  t.test(`by ${name}: revoke, from the arguments and from stdin`, async (t) => {
    const bed = await simulatedBed(t, options)
    await bed.run('invite', '2')
    const [first = '', second = ''] = tokens(bed)
    const shown = `${first.slice(0, 6)}…`
    const revoked = `revoked ${shown}: it can no longer be used\n`
    t.match(await bed.runWith({ input: `${first}\n` }, 'invite', 'revoke', '-'), { code: 0, stdout: revoked })
    t.match(bed.audit().slice(-2), [
      { op: 'invite-revoke', target: shown },
      { target: shown, rc: 0 },
    ])
    t.notOk(bed.hs.tokenValid(first))
    t.strictSame(tokens(bed), [second])
    const unknown = await bed.runWith({ input: first }, 'invite', 'revoke', '-')
    t.match(unknown, { code: 2, stdout: '', stderr: /no saved invite starts with this token/ })
    t.equal((await bed.run('invite', 'revoke', '--', '-x')).code, 2)
    bed.hs.tokens.delete(second)
    const used = await bed.run('invite', 'revoke', second.slice(0, 6))
    t.equal(used.stdout, `${second.slice(0, 6)}… was already used, expired or revoked; removed from the list\n`)
    await bed.run('invite')
    const beginning = tokens(bed)[0]?.slice(0, 6) ?? ''
    const { stdout } = await bed.run('invite', 'revoke', beginning, '--json')
    t.strictSame(JSON.parse(stdout), { revoked: true, token: `${beginning}…` })
  })
}

t.test('the link, the message and the QR code', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.publicUrl = 'https://matrix.home.test/'
  await bed.run('invite', '3')
  const [first = '', second = '', third = ''] = tokens(bed)
  const link = `https://matrix.home.test/_continuwuity/account/register/?flow=trusted&token=${first}`
  t.equal((await bed.run('invite', 'take', '--link')).stdout, `${link}\n`)
  const { stdout } = await bed.run('invite', 'take', '--text')
  for (const part of ['home.test', second, 'works once', 'a username and a password']) t.ok(stdout.includes(part), part)
  t.match((await bed.run('invite', 'take', '--qr')).stdout, /█[\s\S]*\n/)
  t.ok(
    ledger(bed).every((line) => line.includes(' given ')),
    third,
  )
  t.match(await bed.run('invite', 'take'), { code: 2, stdout: '', stderr: /no valid invite is left/ })
})

t.test("an operator's static token among the words of the reply is never taken for a new one", async (t) => {
  for (const count of ['1', '3']) {
    const bed = await simulatedBed(t, { staticToken: 'a-rather-long-static-token.of-the-operator' })
    bed.hs.faults.saysStaticToken = true
    t.equal((await bed.run('invite', count)).code, 0)
    t.equal(tokens(bed).length, Number(count))
    t.ok(tokens(bed).every((token) => bed.hs.tokens.get(token)?.usesAllowed === 1 && bed.hs.tokenValid(token)))
    t.ok(bed.hs.tokenValid('a-rather-long-static-token.of-the-operator'))
  }
})

t.test('registration closed: refused, and the ledger stays', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite', '2')
  const before = ledger(bed)
  bed.hs.registration = 'closed'
  for (const args of [['3'], ['list'], ['prune'], ['--ensure', '5'], ['take']]) {
    const { code, stderr } = await bed.run('invite', ...args)
    t.equal(code, 2, args.join(' '))
    t.match(stderr, /registration is closed/)
  }
  t.strictSame(ledger(bed), before)
})

t.test('a failure half-way is told with the exact count', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.onCommand({ line: /issue/, skip: 3 }, { kind: 'silent' })
  const { code, stdout, stderr } = await bed.run('invite', '6', '--timeout', '0.5')
  t.equal(code, 5)
  t.match(stdout, /^minted 3 invites /)
  t.match(stderr, /error: 3 of 6 invites were minted: no reply/)
  bed.hs.faults.clear()
  t.equal((await bed.run('invite', '--ensure', '6')).code, 0)
})

t.test('each write is in the audit log, without a token', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite', '2')
  await bed.run('invite', 'take')
  await bed.run('invite', 'prune')
  const shown = tokens(bed).map((token) => `${token.slice(0, 6)}…`)
  t.strictSame(
    bed.audit().map(({ op, action, target }) => `${op} ${action} ${target}`),
    [
      'invite user-op-start 2',
      'invite user-op-end 2',
      `invite-take user-op-start ${shown[0]}`,
      `invite-take user-op-end ${shown[0]}`,
      'invite-prune user-op-start ',
      'invite-prune user-op-end ',
    ],
  )
  bed.hs.tokens.delete(tokens(bed)[1] ?? '')
  await bed.run('invite', '--ensure', '1')
  t.strictSame(
    bed
      .audit()
      .slice(6)
      .map(({ op, target }) => `${op} ${target}`),
    [`invite-prune ${shown[1]}`, `invite-prune ${shown[1]}`, 'invite 1', 'invite 1'],
    'what --ensure removes is recorded, too',
  )
  t.match((await bed.run('audit')).stdout, `invite-take ${shown[0]}`)
})

t.test('--ensure 0 is refused, and names what only cleans up', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('invite', '1')
  const before = bed.hs.requests.length
  for (const none of ['0', '00'])
    t.match(await bed.run('invite', '--ensure', none), {
      code: 2,
      stdout: '',
      stderr: `error: invalid --ensure "${none}": use a whole number from 1 to 1000\nhint: run \`matrix-users invite prune\``,
    })
  t.equal(bed.hs.requests.length, before)
  t.equal(tokens(bed).length, 1)
})

t.test('Ctrl-C while a token is being minted loses none', async (t) => {
  const bed = await simulatedBed(t, { delayMs: 300 })
  const { started } = new SignalAt('SIGINT').atCommand(bed.hs, 'posted', /^token issue/)
  t.match(await bed.runWith({ started }, 'invite'), { code: 130, stderr: /interrupted/ })
  await bed.hs.idle()
  t.equal((await bed.run('invite', '--ensure', '1')).code, 0)
  t.strictSame(faults(bed, 1), [])
})

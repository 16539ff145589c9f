import t from 'tap'
import { operations } from '../../src/operations/table.ts'
import { simulatedBed } from './bed.ts'
import { letBotTalk } from './voices.ts'

/** What the bot said to the last command, as the room has it. */
function lastReply(hs: Awaited<ReturnType<typeof simulatedBed>>['hs']): string {
  const reply = hs.room.events.filter(({ sender, content }) => sender === hs.bot && 'm.relates_to' in content).at(-1)
  return String(reply?.content.body)
}

t.test('every operation prints the reply byte for byte, and nothing else', async (t) => {
  const bed = await simulatedBed(t)
  for (const { name, argument, secret, retype, api } of operations) {
    if (name !== 'create') bed.hs.addAccount(`for-${name}`)
    const target = argument === 'none' ? [] : [`for-${name}`]
    const options = retype ? ['--yes'] : secret ? ['--keep-reply'] : []
    const { code, stdout } = await bed.run(name, ...target, ...options)
    t.equal(code, 0, name)
    if (api && !bed.hs.release.moderatesInRoom) {
      t.equal(stdout, '', `${name}: nobody replied`)
      continue
    }
    const reply = lastReply(bed.hs)
    t.equal(stdout, reply.endsWith('\n') ? reply : `${reply}\n`, `${name}: the reply`)
  }
})

t.test('a reply with every kind of character is relayed as it is', async (t) => {
  const bed = await simulatedBed(t)
  const body = '\u001B[31mred\u001B[0m \r\t<b>&amp;</b> \u202e🏳️‍⚧️ \u0000\u0007 no newline'
  bed.hs.faults.onCommand({}, { kind: 'silent' })
  const running = bed.run('run', '--', 'say')
  await answerWhenAsked(bed.hs, body)
  t.equal((await running).stdout, `${body}\n`)
})

async function answerWhenAsked(hs: Awaited<ReturnType<typeof simulatedBed>>['hs'], body: string): Promise<void> {
  for (;;) {
    const asked = hs.room.events.find(
      ({ sender, content }) => sender === hs.operator.mxid && content.body === '!admin say',
    )
    if (asked) return void hs.botSays(body, asked.event_id)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

t.test('a list of 3,000 accounts arrives whole', async (t) => {
  const bed = await simulatedBed(t, { accounts: 3000 })
  const { code, stdout } = await bed.run('list')
  t.equal(code, 0)
  for (const number of [0, 1, 1499, 2998, 2999])
    t.ok(stdout.includes(`@user${String(number).padStart(4, '0')}:${bed.serverName}`), `account ${number}`)
  t.equal(stdout.match(/@user\d{4}:/g)?.length, 3000)
})

t.test("what the bot says besides is a notice, another operator's is not ours", async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const other = bed.hs.addOperator('carol')
  letBotTalk(bed.hs)
  const { stderr, stdout } = await bed.run('deactivate', 'alice', '--yes')
  t.not(stderr, '', 'the line before the reply')
  t.notOk(stdout.includes(stderr.trim()))
  bed.hs.faults.onCommand(
    { line: /list/ },
    { kind: 'after', lines: [{ sender: other.mxid, body: '!admin users deactivate @bob:home.test' }] },
  )
  bed.hs.addAccount('bob')
  t.equal((await bed.run('list')).stderr, '')
})

t.test('create, then reset: the password was printed and is no longer in the room', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of ['create', 'reset-password']) {
    const { code, stdout } = await bed.run(name, 'alice')
    const password = bed.hs.accounts.get('alice')?.password ?? ''
    t.equal(code, 0)
    t.ok(stdout.includes(password), `${name}: printed`)
    t.notOk(bed.hs.room.text().includes(password), `${name}: gone from the room`)
  }
})

t.test('the reply stays with --keep-reply and with MATRIX_ADMIN_REDACT=false', async (t) => {
  const bed = await simulatedBed(t)
  await bed.run('create', 'alice', '--keep-reply')
  t.ok(bed.hs.room.text().includes(bed.hs.accounts.get('alice')?.password ?? '?'))
  await bed.runWith({ env: { MATRIX_ADMIN_REDACT: 'false' } }, 'create', 'bob')
  t.ok(bed.hs.room.text().includes(bed.hs.accounts.get('bob')?.password ?? '?'))
})

t.test('redaction that fails is a warning; the password was printed', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.faults.redaction = false
  const { code, stdout, stderr } = await bed.run('create', 'alice')
  t.equal(code, 0)
  t.ok(stdout.includes(bed.hs.accounts.get('alice')?.password ?? '?'))
  t.match(stderr, /warning: cannot redact the reply .*, so the password stays in the admin room/)
})

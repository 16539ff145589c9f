import { readFileSync } from 'node:fs'
import t from 'tap'
import { simulatedBed } from './bed.ts'
import { command } from './binary.ts'
import { objects } from './stdout-lines.ts'
import { atTerminal, terminalNeeded } from './terminal.ts'

const guarded = ['suspend', 'lock', 'logout'] as const

t.test('an admin is not suspended, locked or logged out, and is told why', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addOperator('carol')
  bed.hs.addAccount('alice')
  for (const name of guarded) {
    const { code, stdout, stderr } = await bed.run(name, 'carol')
    t.match({ code, stdout }, { code: 2, stdout: '' }, name)
    t.match(stderr, /@carol:home\.test is an admin, and an admin cannot be \w.*: nothing was sent/)
    t.equal((await bed.run(name, 'alice')).code, 0)
    const { stderr: ofBot } = await bed.run(name, 'conduit')
    t.match(ofBot, /error: @conduit:home\.test is the server's bot, which .*: nothing was sent\n$/)
  }
  t.notOk(
    bed.hs.executed.some((line) => JSON.stringify(line).includes('@carol')),
    'nothing was posted',
  )
  const { moderatesInRoom } = bed.hs.release
  t.match(await bed.run('unlock', 'carol'), { code: moderatesInRoom ? 0 : 2 }, 'the server decides about the others')
  t.equal((await bed.run('deactivate', 'carol', '--yes')).code, 0)
})

t.test('where the members of the room cannot be asked, the server decides', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.faults.on({ path: /joined_members/ }, { kind: 'answer', status: 403, body: { errcode: 'M_FORBIDDEN' } })
  t.equal((await bed.run('suspend', 'alice')).code, 0)
})

t.test("the operator's own account: --self where it helps, else why it cannot be done", async (t) => {
  const bed = await simulatedBed(t)
  for (const name of guarded) {
    const { code, stderr } = await bed.run(name, 'admin')
    t.equal(code, 2, name)
    t.match(
      stderr,
      /own account, and an admin cannot be \w.*: nothing was sent\n.*hint: ask another admin to remove it/,
    )
    t.notMatch(stderr, /--self/)
    t.notMatch((await bed.run(name, '--help')).stdout, /--self/)
  }
  t.match(await bed.run('deactivate', '@admin:home.test', '--yes'), {
    code: 2,
    stderr: /operator's own account: nothing was sent\n.*hint: add --self/,
  })
  t.equal(bed.hs.requests.length, 0)
  t.equal((await bed.run('deactivate', 'admin', '--self', '--yes')).code, 4, 'its token ends with it')
})

t.test('in a batch each account is judged by itself', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addOperator('carol')
  for (const name of ['alice', 'user2']) bed.hs.addAccount(name)
  const failed = `${bed.dataDir}/left`
  const two = await bed.run('logout', 'admin', 'user2', '--failed', failed)
  t.equal(two.code, 5)
  t.match(
    two.stderr,
    /warning: @admin:home\.test is the operator's own account, and an admin cannot be logged out: nothing/,
  )
  const { moderatesInRoom } = bed.hs.release
  t.match(two.stderr, moderatesInRoom ? /^1 not confirmed of 2, 1 failed$/m : /^1 of 2 done, 1 failed$/m)
  t.equal(readFileSync(failed, 'utf8'), 'admin\n')
  const three = await bed.run('suspend', 'alice', 'carol', 'user2', '--json')
  t.equal(three.code, 5)
  t.match(three.stderr, /^2 of 3 done, 1 failed$/m)
  const shown = objects(three.stdout)
  t.match(shown, [
    { user: '@alice:home.test', effect: true },
    { user: '@carol:home.test', error: /is an admin/ },
    { user: '@user2:home.test', effect: true },
  ])
  t.equal(bed.hs.requests.filter(({ path }) => path.includes('joined_members')).length, 2, 'asked once a batch')
})

t.test("who resets the operator's own password is told so", async (t) => {
  const bed = await simulatedBed(t, { people: ['bob'] })
  const own = /note: this was the operator's own password, so an ADMIN_PASS in .*admin-credentials\.env is out of date/
  t.match(await bed.run('reset-password', 'admin'), { code: 0, stderr: own })
  t.notMatch((await bed.run('reset-password', 'bob')).stderr, /own password/)
})

t.test('what the server cannot confirm is counted apart', async (t) => {
  const bed = await simulatedBed(t)
  for (const name of ['alice', 'bob']) bed.hs.addAccount(name)
  bed.hs.faults.on(
    { method: 'GET', path: /admin\/suspend\/.*bob/ },
    { kind: 'answer', status: 500, body: { errcode: 'M_UNKNOWN' } },
  )
  t.match(await bed.run('suspend', 'alice', 'bob'), { code: 0, stderr: '1 done, 1 not confirmed of 2\n' })
  t.match(await bed.run('reset-password', 'alice', 'bob'), { code: 0, stderr: '2 not confirmed of 2\n' })
  t.match(await bed.run('suspend', 'alice', 'alice2').then(({ code }) => code), 5, 'no such account')
})

t.test('make-admin asks for the exact id; elsewhere it demands --yes', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  t.match(await bed.run('make-admin', 'alice'), {
    code: 2,
    stderr: /nothing was sent\n.*hint: run it in a terminal, or add --yes/,
  })
  t.equal(bed.hs.requests.length, 0)
  const at = (answer: string) => atTerminal([...command, 'make-admin', 'alice'], bed.env, [['to confirm:', answer]])
  t.match(await at('alice'), { code: 2, text: /the user ID does not match: nothing was sent/ })
  t.notOk(bed.hs.accounts.get('alice')?.admin)
  t.match(await at('@alice:home.test'), { code: 0, text: /made @alice:home\.test an admin/ })
  t.ok(bed.hs.accounts.get('alice')?.admin)
})

t.test('an account that cannot be meant is refused before the person is asked', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  bed.hs.addAccount('dora').deactivated = true
  const at = (...args: string[]) => atTerminal([...command, ...args], bed.env, [['to confirm:', '@alice:home.test']])
  for (const [name, user, reason] of [
    ['make-admin', 'nobody', /no such account: @nobody:home\.test\s/],
    ['make-admin', 'dora', /@dora:home\.test is deactivated: only an active account/],
    ['deactivate', 'nobody', /no such account: @nobody:home\.test\s/],
  ] as const) {
    const { code, text } = await at(name, user)
    t.equal(code, 2, `${name} ${user}`)
    t.match(text, reason)
    t.notMatch(text, /to confirm/, 'nothing to type')
  }
  bed.hs.faults.on({ path: /admin\/(suspend|lock)|available/ }, { kind: 'answer', status: 500, body: {} })
  t.match(await at('deactivate', 'nobody'), { code: 2, text: /to confirm: .*\n.*does not match/s }, 'asked as ever')
})

t.test('one line after a success, on a terminal only, or where nobody replies', terminalNeeded, async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  const { moderatesInRoom } = bed.hs.release
  const seen = async (...args: string[]) => (await atTerminal([...command, ...args], bed.env, [])).text
  const logout = moderatesInRoom ? 'sent; the server cannot confirm it' : 'note: the account had no sessions'
  t.match(await seen('suspend', 'alice'), /(^|\n)suspended @alice:home\.test\r?\n$/)
  t.match(await seen('suspend', 'alice'), /(^|\n)note: the account was already suspended\r?\n$/)
  t.match(await seen('logout', 'alice'), new RegExp(`(^|\\n)${logout}\\r?\\n$`))
  t.notMatch(await seen('unsuspend', 'alice', '--quiet'), /unsuspended @/)
  t.notMatch(await seen('suspend', 'alice', '--json'), /suspended @.*\n$/)
  t.notMatch(await seen('list'), /done|sent/)
  const unsure = /cannot confirm it[\s\S]*hint: --passwords checks the new password by a login/
  t.match(await seen('reset-password', 'alice'), unsure)
  t.notMatch(await seen('reset-password', 'alice', '--passwords'), /hint: --passwords/)
  t.equal((await bed.run('unsuspend', 'alice')).stderr, moderatesInRoom ? '' : 'unsuspended @alice:home.test\n')
})

t.test('Ctrl-C while make-admin asks for the state ends with 130', async (t) => {
  const bed = await simulatedBed(t)
  bed.hs.addAccount('alice')
  for (const path of [/admin\/suspend/, /joined_members/]) {
    const rule = bed.hs.faults.on({ path }, { kind: 'hang' })
    const started = (child: { kill(signal: NodeJS.Signals): void }) => {
      const look = setInterval(() => {
        if (rule.hits === 0) return
        clearInterval(look)
        child.kill('SIGINT')
      }, 1)
    }
    t.match(await bed.runWith({ started }, 'make-admin', 'alice', '--yes'), { code: 130, stderr: /interrupted/ })
    rule.remove()
  }
  t.equal(bed.hs.executed.length, 0)
})

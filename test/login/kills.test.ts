import { spawn } from 'node:child_process'
import t from 'tap'
import { command, runBinary } from '../contract/binary.ts'
import { terminalNeeded } from '../contract/terminal.ts'
import { cannotTrace } from '../contract/trace.ts'
import { filesBelow, loginBed } from './bed.ts'

const possible = cannotTrace === false ? {} : { skip: cannotTrace }
/** Whatever changes a file's name or makes its text safe. strace counts each by itself; arm64 lacks those without `at`. */
const steps = ['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'fsync', 'ftruncate']

/** Logs in with a token, and is killed when it makes that system call for the `at`th time. Gives whether it was. */
function loginKilled(step: string, at: number, url: string, token: string, home: string): Promise<boolean> {
  const inject = ['-f', '-o', '/dev/null', '-e', `trace=?${step}`, '-e', `inject=?${step}:signal=KILL:when=${at}`]
  const argv = [...inject, '--', ...command, 'login', url, '--with-token']
  const env = { PATH: process.env.PATH ?? '', HOME: home }
  const child = spawn('strace', argv, { env, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.on('error', () => {})
  child.stdin.end(token)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (_code, signal) => resolve(signal === 'SIGKILL'))
  })
}

t.test('killed at any step of writing: no credentials are lost, and the next login ends well', possible, async (t) => {
  const { hs, home, profileFile, value, withToken } = await loginBed(t)
  hs.addOperator('boss')
  const kept = () =>
    filesBelow(home).flatMap(({ file, text }) =>
      file.includes('admin-credentials.env') ? (/^ADMIN_TOKEN=(.+)$/m.exec(text)?.[1] ?? []) : [],
    )
  let kills = 0
  let account = 'admin'
  const attempt = async (step: string, at: number, next: string) => {
    const before = value('ADMIN_TOKEN')
    const token = hs.login(next)
    const killed = await loginKilled(step, at, hs.url, token, home)
    const what = `${account}, then ${next}, killed at ${step} ${at}`
    const found = kept()
    if (killed && before !== undefined)
      t.ok(found.includes(before) || (next === account && found.includes(token)), what)
    const { code, stderr } = await runBinary(['list'], { env: { HOME: home } })
    t.ok(code === 0 || (killed && /the credentials file does not exist/.test(stderr)), `${what}: ${stderr}`)
    if (killed) t.equal((await withToken(token)).code, 0, `${what}, and run again`)
    t.equal(value('ADMIN_TOKEN'), token)
    t.equal(value('MATRIX_HS_API', profileFile), hs.url)
    account = next
    kills += killed ? 1 : 0
    return killed
  }
  for (const next of [() => 'admin', () => (account === 'admin' ? 'boss' : 'admin')])
    for (const step of steps) {
      let at = 1
      while (await attempt(step, at, next())) at += 1
    }
  t.ok(kills >= 5, `${kills} kills`)
})

t.test(
  'what cannot be written leaves the old credentials, and no session behind',
  { ...possible, ...terminalNeeded },
  async (t) => {
    const { hs, home, login, value, withToken } = await loginBed(t)
    t.equal((await withToken(hs.operator.token)).code, 0)
    const devices = hs.accounts.get('admin')?.devices
    const sessions = [...(devices?.keys() ?? [])]
    const inject = ['strace', '-f', '-o', '/dev/null', '-e', 'inject=fsync:error=ENOSPC', '--']
    const answers: [string, string][] = [['password (', hs.operator.password]]
    const { text, code } = await login(answers, [hs.url, 'admin'], {}, inject)
    t.equal(code, 2)
    t.match(text, /cannot save the login: .*ENOSPC/)
    t.equal(value('ADMIN_TOKEN'), hs.operator.token)
    t.strictSame([...(devices?.keys() ?? [])], sessions)
    t.equal(filesBelow(home).length, 2)
  },
)

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { simulatedBed } from '../contract/bed.ts'
import { command, quoted } from '../contract/binary.ts'
import { canLoop, exfatCard } from '../contract/mounts.ts'
import { buildSandbox, cannotBuild } from './sandbox.ts'

const root = join(import.meta.dirname, '../..')
const possible =
  cannotBuild !== false ? { skip: cannotBuild } : canLoop ? {} : { skip: 'needs mounts, loop devices and exfat-fuse' }

/** No user has an entry, no name resolves, and /tmp cannot be written, but for `writable`, which may be below it; then the words that follow. */
function phone(writable: string): string[] {
  const script = `mount --bind ${quoted(writable, writable)} &&
mount --rbind /tmp /tmp && mount -o remount,ro,bind /tmp &&
mount --bind /dev/null /etc/passwd && mount --bind /dev/null /etc/resolv.conf && exec "$@"`
  return ['-m', 'sh', '-c', script, 'phone']
}

t.test('every command under the rules of the phone, with its data on a card without modes', possible, async (t) => {
  const bed = await simulatedBed(t)
  const card = exfatCard(t)
  mkdirSync(`${card}/secrets`)
  writeFileSync(`${card}/secrets/admin-credentials.env`, readFileSync(bed.credentialsFile))
  const folder = mkdtempSync(join(root, 'dist', 'phone-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const sandbox = buildSandbox(folder)
  const env = { HOME: folder, TMPDIR: folder, PATH: '/usr/bin:/bin', MATRIX_HS_API: bed.url, DATA_DIR: card }
  const run = (argv: readonly string[], input = '') =>
    new Promise<{ code: number | null; out: string }>((resolve) => {
      const child = spawn('unshare', [...phone(folder), ...argv], { env, cwd: root })
      let out = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          out += chunk
        })
      child.once('close', (code) => resolve({ code, out }))
      child.stdin.end(input)
    })
  const program = [...sandbox, ...command]
  t.not((await run(['touch', '/tmp/matrix-users-probe'])).code, 0, '/tmp cannot be written')
  t.not((await run(['grep', '.', '/etc/passwd', '/etc/resolv.conf'])).code, 0, 'no user, no resolver')
  const token = () => [...bed.hs.tokens.keys()].find((one) => bed.hs.tokenValid(one)) ?? ''
  const commands: [string, string?][] = [
    ['--version'],
    ['--help'],
    ['list'],
    ['create alice bob'],
    ['reset-password alice'],
    ['suspend alice'],
    ['unsuspend alice'],
    ['lock alice'],
    ['unlock alice'],
    ['logout alice'],
    ['make-admin bob --yes'],
    ['create --from -', 'carol\ndave\n'],
    ['deactivate alice --yes'],
    ['run -- --version'],
    ['invite 2'],
    ['invite --ensure 3'],
    ['invite take --qr'],
    ['invite list'],
    ['invite revoke -', 'TOKEN'],
    ['invite prune'],
    ['create-admin'],
    ['settings'],
    ['audit'],
    ['completion bash'],
    ['panel set-password', 'a long password'],
    ['check'],
  ]
  for (const [words, input] of commands) {
    const { code, out } = await run([...program, ...words.split(' ')], input === 'TOKEN' ? token() : input)
    t.equal(code, 0, `${words}${code === 0 ? '' : `: ${out}`}`)
  }
  t.ok(bed.hs.accounts.has('dave'))

  // The shell of Debian is of glibc and would be killed itself: the sandbox begins where the script execs the program.
  const wrapper = join(folder, 'matrix-users')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${quoted(...sandbox, ...command)} "$@"\n`, { mode: 0o755 })
  const scripts = [
    'ops/user-list.sh',
    'ops/user-create.sh erin',
    'ops/user-suspend.sh erin',
    'ops/user-deactivate.sh erin',
  ]
  for (const words of [
    ...scripts,
    'ops/user-invite.sh 1',
    'bootstrap/create-admin.sh',
    'bootstrap/mint-invite-token.sh 1',
  ]) {
    const shell = ['env', `MATRIX_USERS_BIN=${wrapper}`, 'sh', ...words.split(' ')]
    const { code, out } = await run(shell)
    t.equal(code, 0, `${words}${code === 0 ? '' : `: ${out}`}`)
  }
  t.ok(bed.hs.accounts.get('erin')?.deactivated)
})

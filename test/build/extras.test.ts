import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { manual } from '../../build/man.ts'
import { command, runBinary } from '../contract/binary.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'

const root = join(import.meta.dirname, '../..')
const lacks = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? {} : { skip: `needs ${program}` }

t.test('the manual page has every command, and mandoc finds nothing wrong with it', lacks('mandoc'), async (t) => {
  const page = join(t.testdir(), 'matrix-users.1')
  writeFileSync(page, manual('1.2.3'))
  const { stdout, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' })
  t.equal(stdout, '')
  t.equal(status, 0)
  const shown = execFileSync('mandoc', ['-T', 'utf8', page], { encoding: 'utf8' }).replace(/.\u0008/g, '')
  for (const word of ['reset-password [user..]', 'invite take', 'panel set-password', '--resume', 'MATRIX_HS_API'])
    t.ok(shown.includes(word), word)
})

t.test('bash completes commands, options and files', async (t) => {
  const script = join(t.testdir(), 'script')
  writeFileSync(script, (await runBinary(['completion', 'bash'])).stdout)
  const complete = (...words: string[]) =>
    execFileSync('bash', [
      '-c',
      `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _matrix_users; echo "\${COMPREPLY[@]}"`,
      script,
      ...words,
    ])
      .toString()
      .trim()
  t.equal(complete('matrix-users', 'inv'), 'invite')
  t.equal(complete('matrix-users', 'invite', 'ta'), 'take')
  t.equal(complete('matrix-users', 'invite', 'take', '--li'), '--link')
  t.equal(complete('matrix-users', 'create', '--res'), '--resume')
  t.equal(complete('matrix-users', 'completion', 'z'), 'zsh')
  t.equal(complete('matrix-users', 'create', '--from', script.slice(0, -2)), script)
})

t.test('zsh takes its script', lacks('zsh'), async (t) => {
  const script = join(t.testdir(), 'script')
  writeFileSync(script, (await runBinary(['completion', 'zsh'])).stdout)
  const shown = execFileSync('zsh', [
    '-fc',
    'autoload -U compinit; compinit -u -D; source $1; print ${_comps[matrix-users]}; COMP_WORDS=(matrix-users inv) COMP_CWORD=1',
    'zsh',
    script,
  ])
  t.match(shown.toString(), /_bash_complete .*_matrix_users/)
})

t.test('fish completes commands and options', lacks('fish'), async (t) => {
  const script = join(t.testdir(), 'script')
  writeFileSync(script, (await runBinary(['completion', 'fish'])).stdout)
  const complete = (line: string) =>
    execFileSync('fish', ['-N', '-c', `source ${script}; complete -C "${line}"`], {
      env: { ...process.env, HOME: t.testdirName },
    }).toString()
  t.match(complete('matrix-users dea'), /^deactivate\t/)
  t.match(complete('matrix-users invite take --l'), /^--link\t/)
})

t.test('the npm package, installed into an empty folder, runs list', async (t) => {
  const folder = t.testdir()
  execFileSync(process.execPath, ['--import=tsx', 'build/npm.ts'], { cwd: root, stdio: 'ignore' })
  const tarball = readdirSync(join(root, 'dist')).find((name) => name.endsWith('.tgz')) ?? ''
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', join(root, 'dist', tarball)], {
    cwd: folder,
    stdio: 'ignore',
  })
  t.strictSame(
    readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['matrix-users'],
    'without dependencies',
  )
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const { env } = writeDataDir(hs, join(folder, 'data'))
  const file = join(folder, 'env')
  writeFileSync(file, `DATA_DIR=${env.DATA_DIR}\nMATRIX_HS_API=${env.MATRIX_HS_API}\n`)
  const { spawn } = await import('node:child_process')
  const child = spawn(join(folder, 'node_modules/.bin/matrix-users'), ['list', '--env-file', file], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
  })
  const out: Buffer[] = []
  child.stdout.on('data', (chunk) => out.push(chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  t.equal(code, 0)
  t.match(Buffer.concat(out).toString(), /@admin:home\.test/)
})

t.test('make install puts everything in place', async (t) => {
  const folder = t.testdir()
  execFileSync('make', ['install', `DESTDIR=${folder}`, 'PREFIX=/usr'], { cwd: root, stdio: 'ignore' })
  for (const file of [
    'bin/matrix-users',
    'share/man/man1/matrix-users.1',
    'share/bash-completion/completions/matrix-users',
    'share/fish/vendor_completions.d/matrix-users.fish',
    'share/matrix-users/matrix-users.zsh',
    'share/matrix-users/ops/user-create.sh',
    'share/matrix-users/bootstrap/create-admin.sh',
  ])
    t.ok(existsSync(join(folder, 'usr', file)), file)
  t.equal(readFileSync(join(folder, 'usr/bin/matrix-users')).length, readFileSync(command[0] ?? '').length)
})

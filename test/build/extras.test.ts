import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { manual } from '../../build/man.ts'
import { command } from '../contract/binary.ts'
import { deadLinks } from '../docs/pages.ts'
import { startHomeserver, writeDataDir } from '../homeserver/index.ts'

const root = join(import.meta.dirname, '../..')
const lacks = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? {} : { skip: `needs ${program}` }

t.test('the manual page has every command, and mandoc finds nothing wrong with it', lacks('mandoc'), async (t) => {
  const page = join(t.testdir(), 'matrix-users.1')
  writeFileSync(page, manual({ version: '1.2.3', date: '2026-11-26' }))
  const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', page], { encoding: 'utf8' })
  // Which other manuals a machine has is no fault of this one.
  t.strictSame(
    stdout.split('\n').filter((line) => line !== '' && !line.includes('referenced manual not found')),
    [],
  )
  const shown = execFileSync('mandoc', ['-T', 'utf8', page], { encoding: 'utf8' }).replace(/.\u0008/g, '')
  t.strictSame(
    shown.match(/^[A-Z][A-Z ]+$/gm),
    'NAME SYNOPSIS DESCRIPTION COMMANDS OPTIONS ENVIRONMENT FILES EXIT_STATUS EXAMPLES SECURITY SEE_ALSO'
      .split(' ')
      .map((heading) => heading.replace('_', ' ')),
  )
  for (const word of ['reset-password [USER ...]', 'invite take', 'panel set-password', '--resume', 'MATRIX_HS_API'])
    t.ok(shown.includes(word), word)
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
  const readme = readFileSync(join(folder, 'node_modules/matrix-users/README.md'), 'utf8')
  t.match(readme, /## Quick start/)
  t.strictSame(
    [...readme.matchAll(/\]\(([^)]*)\)|src="/g)].filter(([, link = '']) => !link.startsWith('https://')),
    [],
    'nothing in its README leads to a file that it does not have',
  )
  const hs = await startHomeserver()
  t.teardown(() => hs.close())
  const { env } = writeDataDir(hs, join(folder, 'data'))
  const file = join(folder, 'env')
  writeFileSync(file, `DATA_DIR='${env.DATA_DIR}'\nMATRIX_HS_API=${env.MATRIX_HS_API}\n`)
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

t.test('the tars of a release hold what a machine needs, and their checksums fit', async (t) => {
  execFileSync(process.execPath, ['--import=tsx', 'build/npm.ts'], { cwd: root, stdio: 'ignore' })
  const { status, stderr } = spawnSync('sh', ['build/dist.sh'], { cwd: root, encoding: 'utf8' })
  const other = process.arch === 'x64' ? 'arm64' : 'x64'
  const complete = existsSync(join(root, `dist/matrix-users-${other}`))
  t.equal(status, complete ? 0 : 1)
  if (!complete) t.ok(stderr.includes(`not built here: ${other} `), stderr)
  const release = join(root, 'dist/release')
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: release })
  const tar = readdirSync(release).find((name) => name.endsWith(`-linux-${process.arch}.tar.gz`)) ?? ''
  const folder = t.testdir()
  execFileSync('tar', ['-xzf', join(release, tar), '--strip-components=1'], { cwd: folder })
  for (const file of ['matrix-users.1', 'completions/_matrix-users', 'ops/user-list.sh', 'docs/security.md', 'LICENSE'])
    t.ok(existsSync(join(folder, file)), file)
  t.strictSame(deadLinks('README.md', folder), [], 'its README leads to files that are there')
  t.match(execFileSync(join(folder, 'matrix-users'), ['--version']).toString(), /^\d/)
})

t.test('make install puts everything in place, also where a path holds a blank', async (t) => {
  const folder = join(t.testdir({ 'a b': {} }), 'a b')
  execFileSync('make', ['install', `DESTDIR=${folder}`, 'PREFIX=/usr'], { cwd: root, stdio: 'ignore' })
  for (const file of [
    'bin/matrix-users',
    'share/man/man1/matrix-users.1',
    'share/bash-completion/completions/matrix-users',
    'share/fish/vendor_completions.d/matrix-users.fish',
    'share/zsh/site-functions/_matrix-users',
    'share/matrix-users/ops/crontab.example',
    'share/matrix-users/ops/user-create.sh',
    'share/matrix-users/bootstrap/create-admin.sh',
  ])
    t.ok(existsSync(join(folder, 'usr', file)), file)
  t.equal(readFileSync(join(folder, 'usr/bin/matrix-users')).length, readFileSync(command[0] ?? '').length)
  const shim = join(folder, 'usr/share/matrix-users/ops/user-list.sh')
  const { stderr } = spawnSync('sh', [shim], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: folder } })
  t.match(stderr, /the credentials file does not exist/, 'the scripts find the program where it was installed')
})

t.test('the text of a release is what the change log says of its version', async (t) => {
  const notes = (version: string) => spawnSync('sh', ['build/notes.sh', version], { cwd: root, encoding: 'utf8' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { status, stdout } = notes(version)
  t.equal(status, 0)
  t.match(stdout, /^### Added\n/)
  t.notMatch(stdout, /^## |^\[/m)
  t.match(notes('99.0.0'), { status: 1, stdout: '' })
})

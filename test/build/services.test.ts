import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { command, quoted } from '../contract/binary.ts'

const services = join(import.meta.dirname, '../../ops/services')
const needs = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? {} : { skip: `needs ${program}` }

t.test('systemd finds nothing wrong with the unit', needs('systemd-analyze'), async (t) => {
  const unit = join(services, 'matrix-users-panel.service')
  const { stderr, error } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], {
    env: { PATH: process.env.PATH, HOME: t.testdir(), XDG_RUNTIME_DIR: t.testdirName },
    encoding: 'utf8',
  })
  t.notOk(error)
  t.notMatch(stderr, /Failed to initialize/)
  // It also tells of units that the machine has besides.
  t.strictSame(
    stderr.split('\n').filter((line) => line.includes('matrix-users-panel')),
    [],
  )
})

t.test('shellcheck finds nothing in the scripts for a phone', needs('shellcheck'), async (t) => {
  for (const name of ['termux-run', 'termux-finish'])
    t.equal(spawnSync('shellcheck', ['-s', 'sh', join(services, name)]).status, 0, name)
})

t.test(
  'runit starts a panel that crashed again, and leaves one alone whose set-up is wrong',
  needs('runsv'),
  async (t) => {
    const folder = t.testdir({ bin: {}, service: {} })
    const service = join(folder, 'service')
    for (const name of ['run', 'finish']) {
      const script = readFileSync(join(services, `termux-${name}`), 'utf8')
      writeFileSync(join(service, name), script.replace(/^#!.*/, '#!/bin/sh').replace('sleep 5', 'sleep 0.2'))
      chmodSync(join(service, name), 0o700)
    }
    // Killed at first, as by Android; then the program itself, whose set-up is wrong.
    const program = join(folder, 'bin/matrix-users')
    const [starts, killed] = [quoted(join(folder, 'starts')), quoted(join(folder, 'killed'))]
    const killedOnce = `test -e ${killed} || { touch ${killed}; kill -9 $$; }`
    writeFileSync(program, `#!/bin/sh\necho started >> ${starts}\n${killedOnce}\nexec ${quoted(...command)} "$@"\n`)
    chmodSync(program, 0o700)
    const env = { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder }
    const runsv = spawn('runsv', [service], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    runsv.stdout.on('data', (chunk) => {
      said += chunk
    })
    t.teardown(() => runsv.kill('SIGKILL'))
    while (!said.includes('fix its error')) await once(runsv.stdout, 'data')
    const state = () => spawnSync('sv', ['status', service], { encoding: 'utf8' }).stdout
    while (!/^down/.test(state())) await new Promise((resolve) => setTimeout(resolve, 50))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    t.match(state(), /^down/)
    t.equal(readFileSync(`${folder}/starts`, 'utf8'), 'started\nstarted\n')
    t.match(said, /the panel is not enabled.*\n.*\n.*ended with 2: fix its error, then run: sv up matrix-users-panel/)
    runsv.kill('SIGTERM')
    await once(runsv, 'exit')
    t.ok(existsSync(service))
  },
)

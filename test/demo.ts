/**
 * `make demo`: the built program against a simulated homeserver, in a temporary folder. Shows each command, what it
 * prints and its exit code; ends by itself, and with 1 if something was not as described.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stage } from './demo-stage.ts'
import { type Homeserver, startHomeserver, writeDataDir } from './homeserver/index.ts'

const binary = process.env.MATRIX_USERS_BIN ?? fileURLToPath(new URL('../dist/matrix-users', import.meta.url))
/** A whole demo takes about 4 s. */
const limitMs = 20_000

async function account(stage: Stage, homeserver: Homeserver): Promise<void> {
  stage.heading('Alice wants an account. Her password is printed once, and removed from the admin room.')
  const { code, stdout } = await stage.run('create', 'alice')
  const password = homeserver.accounts.get('alice')?.password ?? ''
  stage.room(homeserver, 2)
  stage.check('the account exists, and its password was printed', code === 0 && stdout.includes(password))
  stage.check('the password is no longer in the admin room', !homeserver.room.text().includes(password))
}

async function invite(stage: Stage): Promise<void> {
  stage.heading('A friend wants to choose her own name: send her an invite.')
  stage.check('the invite was saved', (await stage.run('invite')).code === 0)
  const { stdout } = await stage.run('invite', 'take', '--text')
  stage.check('the message has a registration token', /\b\w{16}\b/.test(stdout))
}

async function suspension(stage: Stage, homeserver: Homeserver): Promise<void> {
  stage.heading('Bob sends spam. At the same moment, a colleague asks the bot for something else.')
  const colleague = homeserver.addOperator('erin').mxid
  homeserver.faults.onCommand(
    { line: /suspend @bob/, times: 1 },
    { kind: 'before', lines: [{ sender: colleague, body: '!admin users list-users' }] },
  )
  const { code, stdout } = await stage.run('suspend', 'bob')
  stage.room(homeserver, 4)
  stage.check("only the reply to our command, not the colleague's", code === 0 && !stdout.includes('@carol'))
  stage.check('the account is suspended', homeserver.accounts.get('bob')?.suspended === true)
  const states = (await stage.run('list', '--state')).stdout
  stage.check('the list shows it', /@bob:home\.example\.org\s+suspended/.test(states))
}

async function troubles(stage: Stage, homeserver: Homeserver): Promise<void> {
  stage.heading('The name is taken. The server replies, but the exit code says that nothing was created.')
  stage.check('exit code 1', (await stage.run('create', 'alice')).code === 1)

  stage.heading('With 2,000 more accounts, the bot sends the list as a file.')
  for (let number = 0; number < 2000; number++) homeserver.addAccount(`guest${number}`)
  const accounts = (await stage.run('list')).stdout.split('\n').filter((line) => line.startsWith('@')).length
  stage.check(`all ${homeserver.accounts.size} accounts arrived`, accounts === homeserver.accounts.size)

  stage.heading('The bot is silent.')
  homeserver.faults.botListens = false
  stage.check('exit code 4', (await stage.run('list', '--timeout', '2')).code === 4)
  homeserver.faults.botListens = true
}

const watchdog = setTimeout(() => {
  console.error(`demo: not done after ${limitMs / 1000} s`)
  process.exit(1)
}, limitMs)

if (!existsSync(binary)) {
  console.error(`demo: ${binary} is missing\nhint: run make`)
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'matrix-users-demo-'))
try {
  const homeserver = await startHomeserver({
    voice: 'plain',
    serverName: 'home.example.org',
    people: ['bob', 'carol'],
  })
  const env = { PATH: process.env.PATH ?? '', HOME: folder, MATRIX_HS_API: homeserver.url }
  writeDataDir(homeserver, join(folder, '.local/share/matrix-users'))
  const stage = new Stage(binary, env, limitMs)
  await account(stage, homeserver)
  await invite(stage)
  await suspension(stage, homeserver)
  await troubles(stage, homeserver)
  stage.heading('The same in a browser.')
  stage.check('the panel answers', await stage.panelAnswers())
  await homeserver.close()
  const { faults } = stage
  console.log(faults.length === 0 ? '\nEverything worked as described.' : `\nNot as described: ${faults.join('; ')}`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
  clearTimeout(watchdog)
}

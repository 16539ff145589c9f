/**
 * `make demo`: the built program against a simulated homeserver, in a temporary folder. Shows each command, what it
 * prints and its exit code; ends by itself, and with 1 if something was not as told.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHomeserver, writeDataDir } from './homeserver/index.ts'

const binary = process.env.MATRIX_USERS_BIN ?? fileURLToPath(new URL('../dist/matrix-users', import.meta.url))
/** A whole demo takes about 4 s. */
const limitMs = 20_000
/** Lines of an output that are shown. */
const shownLines = 8

interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

const faults: string[] = []

function tell(text: string): void {
  console.log(`\n── ${text}`)
}

function expect(what: string, asTold: boolean): void {
  console.log(`   ${asTold ? '✓' : '✗ NOT SO:'} ${what}`)
  if (!asTold) faults.push(what)
}

function show(output: string): void {
  const lines = output.trimEnd().split('\n')
  const more = lines.length - shownLines
  for (const line of more > 0 ? lines.slice(0, shownLines) : lines) console.log(`   │ ${line}`)
  if (more > 0) console.log(`   │ … and ${more} more lines`)
}

/** Runs the program with nothing in its environment but what it needs, and shows it. */
function run(env: Record<string, string>, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs })
    const outcome: Outcome = { code: null, stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => {
      outcome.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      outcome.stderr += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => {
      console.log(`\n$ matrix-users ${args.join(' ')}`)
      if (outcome.stdout !== '') show(outcome.stdout)
      if (outcome.stderr !== '') show(outcome.stderr)
      console.log(`   exit ${code}`)
      resolve({ ...outcome, code })
    })
  })
}

async function story(folder: string): Promise<void> {
  const homeserver = await startHomeserver({ voice: 'plain', people: ['bob', 'carol', 'dave'] })
  const env = { PATH: process.env.PATH ?? '', HOME: folder, ...writeDataDir(homeserver, folder).env }
  const passwordShown = ({ code, stdout }: Outcome) => {
    const password = homeserver.accounts.get('alice')?.password ?? ''
    expect(
      'the account is there, and its password was printed',
      code === 0 && password !== '' && stdout.includes(password),
    )
    expect('the password is no longer in the admin room', !homeserver.room.text().includes(password))
  }

  tell('Who is there?')
  expect('the reply was relayed', (await run(env, 'list')).stdout.includes('@carol:home.test\n'))
  tell('A new account, and its password once more.')
  passwordShown(await run(env, 'create', 'alice'))
  passwordShown(await run(env, 'reset-password', 'alice'))
  tell('An invite for a friend: it is minted, saved, and handed out as a message to send on.')
  expect('the invite was saved', (await run(env, 'invite')).code === 0)
  expect('the message has a token', /\b\w{16}\b/.test((await run(env, 'invite', 'take', '--text')).stdout))
  tell('Bob misbehaves. Meanwhile a colleague asks for something else, and gets another reply.')
  const colleague = homeserver.addOperator('erin').mxid
  homeserver.faults.onCommand(
    { line: /suspend @bob/, times: 1 },
    { kind: 'before', lines: [{ sender: colleague, body: '!admin users list-users' }] },
  )
  const suspended = await run(env, 'suspend', 'bob')
  expect('exit 0, and only our own reply', suspended.code === 0 && !suspended.stdout.includes('@dave'))
  expect('the account is suspended', homeserver.accounts.get('bob')?.suspended === true)
  expect('the list says so', /@bob:home\.test\s+suspended/.test((await run(env, 'list', '--state')).stdout))
  tell('The name is taken: the server replies, but nothing came of it.')
  expect('exit 1', (await run(env, 'create', 'alice')).code === 1)

  tell('2,000 more accounts: the bot sends the list as a file.')
  for (let number = 0; number < 2000; number++) homeserver.addAccount(`guest${number}`)
  const accounts = (await run(env, 'list')).stdout.split('\n').filter((line) => line.startsWith('@')).length
  expect(`all ${homeserver.accounts.size} accounts arrived`, accounts === homeserver.accounts.size)

  tell('The bot is silent.')
  homeserver.faults.botListens = false
  expect('exit 4', (await run(env, 'list', '--timeout', '2')).code === 4)
  homeserver.faults.botListens = true

  tell('The same in a browser, on this machine only.')
  expect('the panel is there', await panelAnswers(env))
  await homeserver.close()
}

/** Starts the panel, shows its address, asks for its first page, and ends it. */
async function panelAnswers(env: Record<string, string>): Promise<boolean> {
  const more = { ENABLE_USER_ADMIN: 'true', MATRIX_USERS_PANEL_PORT: '0' }
  const child = spawn(binary, ['panel'], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  console.log('\n$ matrix-users panel')
  try {
    let text = ''
    for await (const chunk of child.stdout) {
      text += chunk
      const url = /http:\/\/\S+/.exec(text)?.[0]
      if (url === undefined) continue
      show(text)
      return (await fetch(url)).status === 200
    }
    return false
  } finally {
    child.kill('SIGKILL')
  }
}

const watchdog = setTimeout(() => {
  console.error(`demo: not done after ${limitMs / 1000} s`)
  process.exit(1)
}, limitMs)

if (!existsSync(binary)) {
  console.error(`demo: ${binary} is not built yet: run make`)
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'matrix-users-demo-'))
try {
  await story(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
  clearTimeout(watchdog)
}
console.log(faults.length === 0 ? '\nAll as told.' : `\nNot as told: ${faults.join('; ')}`)
process.exitCode = faults.length === 0 ? 0 : 1

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
  const homeserver = await startHomeserver({ accounts: 3 })
  const env = { PATH: process.env.PATH ?? '', HOME: folder, ...writeDataDir(homeserver, folder).env }
  const passwordShown = ({ code, stdout }: Outcome) => {
    const password = homeserver.accounts.get('alice')?.password ?? ''
    expect(
      'the account is there, and its password was printed',
      code === 0 && password !== '' && stdout.includes(password),
    )
    expect('the password is no longer in the admin room', !homeserver.room.text().includes(password))
  }

  tell('Who is there? (The simulated server speaks words that it makes up: they arrive as they are.)')
  expect('the reply was relayed', (await run(env, 'list')).stdout.includes('@user0002:home.test\n'))
  tell('A new account, and its password once more.')
  passwordShown(await run(env, 'create', 'alice'))
  passwordShown(await run(env, 'reset-password', 'alice'))
  tell('She misbehaves.')
  expect('exit 0', (await run(env, 'suspend', 'alice')).code === 0)
  expect('the account is suspended', homeserver.accounts.get('alice')?.suspended === true)
  tell('The name is taken: the server replies, but nothing came of it.')
  expect('exit 1', (await run(env, 'create', 'alice')).code === 1)

  tell('2,000 more accounts: the bot sends the list as a file.')
  for (let number = 0; number < 2000; number++) homeserver.addAccount(`guest${number}`)
  const accounts = (await run(env, 'list')).stdout.split('\n').filter((line) => line.startsWith('@')).length
  expect(`all ${homeserver.accounts.size} accounts arrived`, accounts === homeserver.accounts.size)

  tell('The bot is silent.')
  homeserver.faults.botListens = false
  expect('exit 4', (await run(env, 'list', '--timeout', '2')).code === 4)
  await homeserver.close()
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

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomText } from '../homeserver/ids.ts'
import { logConfig, type ServerConfig, signingKey, synapseConfig } from './config.ts'
import { freePort } from './port.ts'

export interface SynapseOptions {
  /** Default `syn.test`. */
  serverName?: string
  registration?: ServerConfig['registration']
}

export interface Synapse {
  url: string
  serverName: string
  /** Registers accounts without any token (Synapse documentation, "Shared-Secret Registration"). */
  sharedSecret: string
  pid: number
  /** What Synapse logged: warnings, errors, and what it printed. */
  log(): string
  /** Ends the process and removes all that it kept. */
  stop(): Promise<void>
}

/** ms that Synapse may take until it answers, and until it has ended. */
const patience = 60_000
const lastPatience = 10_000

/** Starts a Synapse of its own on a free port of 127.0.0.1, with an empty database; installs it first where it is missing. */
export async function startSynapse(options: SynapseOptions = {}): Promise<Synapse> {
  const python = execFileSync('sh', [join(import.meta.dirname, 'install.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  const { serverName = 'syn.test', registration = 'token' } = options
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-synapse-'))
  const [port, sharedSecret] = [await freePort(), randomText(32)]
  const [logFile, outFile] = [join(folder, 'homeserver.log'), join(folder, 'output.log')]
  writeFileSync(
    join(folder, 'homeserver.yaml'),
    synapseConfig({ serverName, port, folder, sharedSecret, registration }),
    { mode: 0o600 },
  )
  writeFileSync(join(folder, 'log.yaml'), logConfig(logFile))
  writeFileSync(join(folder, 'signing.key'), signingKey(), { mode: 0o600 })
  const log = () => [outFile, logFile].map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('')

  const child = startProcess(python, folder, outFile)
  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  if (!(await answers(url, child))) {
    const said = log()
    await stop()
    throw new Error(`Synapse does not answer:\n${said.slice(-4000)}`)
  }
  return { url, serverName, sharedSecret, pid: child.pid ?? 0, log, stop }
}

function startProcess(python: string, folder: string, outFile: string): ChildProcess {
  const output = openSync(outFile, 'w')
  const child = spawn(python, ['-m', 'synapse.app.homeserver', '-c', 'homeserver.yaml'], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  // Whatever ends this program, the server does not outlive it, unless that is SIGKILL.
  const kill = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return child
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
    if (child.exitCode !== null || child.signalCode !== null) return false
    const response = await fetch(`${url}/_matrix/client/versions`, { signal: AbortSignal.timeout(2000) }).catch(
      () => {},
    )
    if (response?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), lastPatience)
  await ended
  clearTimeout(timer)
}

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomText } from '../homeserver/ids.ts'
import { ServerProcess, temporaryFolder } from './child.ts'
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
  /** What Synapse printed and logged: warnings and errors. */
  log(): string
  /** Ends the process and removes all that it kept. */
  stop(): Promise<void>
}

/** Starts a Synapse of its own on a free port of 127.0.0.1, with an empty database; installs it first where it is missing. */
export async function startSynapse(options: SynapseOptions = {}): Promise<Synapse> {
  const python = install()
  const { serverName = 'syn.test', registration = 'token' } = options
  const [port, sharedSecret] = [await freePort(), randomText(32)]
  const folder = temporaryFolder('synapse')
  const file = (name: string) => join(folder.path, name)
  const config = synapseConfig({ serverName, port, folder: folder.path, sharedSecret, registration })
  writeFileSync(file('homeserver.yaml'), config, { mode: 0o600 })
  writeFileSync(file('log.yaml'), logConfig(file('homeserver.log')))
  writeFileSync(file('signing.key'), signingKey(), { mode: 0o600 })

  const child = new ServerProcess(python, ['-m', 'synapse.app.homeserver', '-c', 'homeserver.yaml'], folder.path)
  const stop = () => child.end().finally(folder.remove)
  const url = `http://127.0.0.1:${port}`
  await child.answers(url).catch((error) => stop().then(() => Promise.reject(error)))
  const logged = () => (existsSync(file('homeserver.log')) ? readFileSync(file('homeserver.log'), 'utf8') : '')
  return { url, serverName, sharedSecret, log: () => child.output() + logged(), stop }
}

/** Installs Synapse where it is missing: the Python that runs it. */
function install(): string {
  const script = join(import.meta.dirname, 'install.sh')
  return execFileSync('sh', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

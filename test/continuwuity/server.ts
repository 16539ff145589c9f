import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomText } from '../homeserver/ids.ts'
import { ServerProcess, temporaryFolder } from '../synapse/child.ts'
import { freePort } from '../synapse/port.ts'

export interface Continuwuity {
  url: string
  serverName: string
  /** What it printed so far. */
  output(): string
  /** Ends the process and removes its database. */
  stop(): Promise<void>
}

/**
 * Starts the caller's continuwuity on a free port of 127.0.0.1 with an empty database; it asks nobody outside.
 * Untested on a real one, which could not be had here: the names of the settings are those of its example configuration
 * (conduwuit-example.toml, 2026), and it takes the file's path from CONTINUWUITY_CONFIG, older ones from CONDUWUIT_CONFIG.
 */
export async function startContinuwuity(binary: string): Promise<Continuwuity> {
  const serverName = 'home.test'
  const port = await freePort()
  const folder = temporaryFolder('continuwuity')
  const file = join(folder.path, 'continuwuity.toml')
  const settings = {
    server_name: serverName,
    address: '127.0.0.1',
    port,
    database_path: join(folder.path, 'database'),
    allow_registration: true,
    // With a token of the configuration registration is open to its holders even where admin-issued ones are unknown.
    registration_token: randomText(32),
    allow_federation: false,
    allow_announcements_check: false,
    trusted_servers: [],
  }
  // A JSON value of these kinds is a TOML value too.
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
  writeFileSync(file, `[global]\n${lines.join('')}`, { mode: 0o600 })
  const env = { CONTINUWUITY_CONFIG: file, CONDUWUIT_CONFIG: file }
  const child = new ServerProcess(binary, [], folder.path, env)
  const stop = () => child.end().finally(folder.remove)
  const url = `http://127.0.0.1:${port}`
  await child.answers(url).catch((error) => stop().then(() => Promise.reject(error)))
  return { url, serverName, output: () => child.output(), stop }
}

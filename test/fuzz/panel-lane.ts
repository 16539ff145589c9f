import { randomBytes, scryptSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Homeserver, startHomeserver, writeDataDir } from '../homeserver/index.ts'
import { type Login, logIn, type Panel, password, startPanel } from '../panel/bed.ts'
import type { Kind } from './case.ts'

const hash = hashOf(password)

/** A homeserver, the program's panel in front of it, and a visitor who is logged in, for many cases one after another. */
export interface PanelLane {
  homeserver: Homeserver
  dataDir: string
  panel: Panel
  login: Login
  /** Peak memory of the panel so far, MB. */
  megabytes(): number
  end(): Promise<void>
}

export async function startLane(kind: Kind, timeout: number): Promise<PanelLane> {
  const { name: _, ...server } = kind
  const homeserver = await startHomeserver(server)
  const folder = mkdtempSync(join(tmpdir(), 'matrix-users-fuzz-panel-'))
  const dataDir = join(folder, 'data')
  const { env } = writeDataDir(homeserver, dataDir)
  writeFileSync(`${dataDir}/secrets/adminweb-password.hash`, hash, { mode: 0o600 })
  const ends: (() => unknown)[] = []
  const teardown = (end: () => unknown) => void ends.push(end)
  const panel = await startPanel({ teardown }, { ...env, MATRIX_ADMIN_TIMEOUT: String(timeout) })
  return {
    homeserver,
    dataDir,
    panel,
    login: await logIn(panel.url),
    megabytes: () => peakOf(panel.process.pid),
    async end() {
      try {
        for (const end of ends) await end()
      } finally {
        await homeserver.close()
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** The invites on record: one for whoever takes one next, one that has expired, and one that the homeserver does not know. */
export function writeInvites({ homeserver, dataDir }: PanelLane): void {
  const [valid, expired] = [homeserver.issueToken(), homeserver.issueToken()]
  const [soon, long] = ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z']
  const lines = [`${valid}  # expires ${long}`, `${expired}  # expires ${soon}`, `used${valid}  # expires ${long}`]
  writeFileSync(`${dataDir}/secrets/invite-tokens.txt`, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** As the panel keeps a password (design of the file: `salthex:hashhex`, scrypt with N=2^14). */
function hashOf(text: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${scryptSync(text, salt, 32, { N: 2 ** 14, r: 8, p: 1 }).toString('hex')}\n`
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

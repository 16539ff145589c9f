import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Homeserver } from './homeserver.ts'

const keys = ['ADMIN_USER', 'ADMIN_MXID', 'ADMIN_PASS', 'ADMIN_TOKEN', 'SERVER_NAME'] as const
type Key = (typeof keys)[number]

export interface DataDir {
  dataDir: string
  credentialsFile: string
  /** What the program needs to find both. */
  env: { MATRIX_HS_API: string; DATA_DIR: string }
}

/**
 * Makes the folder that an operator's server keeps: `secrets/` with the 0600 credentials of the operator, and `logs/`.
 * An override of undefined leaves its key out. On a fresh server there are no credentials yet, unless all are given.
 */
export function writeDataDir(
  homeserver: Homeserver,
  dataDir: string,
  overrides: Partial<Record<Key, string | undefined>> = {},
): DataDir {
  const credentialsFile = join(dataDir, 'secrets', 'admin-credentials.env')
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 })
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  const values = { ...operatorOf(homeserver), ...overrides }
  const lines = keys.flatMap((key) => (values[key] === undefined ? [] : [`${key}=${values[key]}\n`]))
  if (values.ADMIN_TOKEN !== undefined || Object.keys(overrides).length > 0) {
    writeFileSync(credentialsFile, lines.join(''), { mode: 0o600 })
    chmodSync(credentialsFile, 0o600)
  }
  return { dataDir, credentialsFile, env: { MATRIX_HS_API: homeserver.url, DATA_DIR: dataDir } }
}

function operatorOf(homeserver: Homeserver): Partial<Record<Key, string>> {
  if (!homeserver.inUse) return {}
  const { localpart, mxid, password, token } = homeserver.operator
  return {
    ADMIN_USER: localpart,
    ADMIN_MXID: mxid,
    ADMIN_PASS: password,
    ADMIN_TOKEN: token,
    SERVER_NAME: homeserver.serverName,
  }
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Operator, SynapseBed } from './bed.ts'

export interface DataDir {
  dataDir: string
  /** What the program needs to find the server and the folder. */
  env: { MATRIX_HS_API: string; DATA_DIR: string }
}

/** Makes the folder that an operator keeps: `secrets/` with the 0600 credentials, and `logs/`. */
export function writeDataDir(
  { url, serverName, operator: first }: Pick<SynapseBed, 'url' | 'serverName' | 'operator'>,
  dataDir: string,
  operator: Operator = first,
): DataDir {
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 })
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  const values = {
    ADMIN_USER: operator.localpart,
    ADMIN_MXID: operator.mxid,
    ADMIN_PASS: operator.password,
    ADMIN_TOKEN: operator.token,
    SERVER_NAME: serverName,
  }
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(join(dataDir, 'secrets', 'admin-credentials.env'), lines.join(''), { mode: 0o600 })
  return { dataDir, env: { MATRIX_HS_API: url, DATA_DIR: dataDir } }
}

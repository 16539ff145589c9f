import { randomBytes } from 'node:crypto'
import { type Credentials, credential } from '../config/credentials.ts'
import type { Settings } from '../config/settings.ts'
import { readFileRecovering, remove, replaceFile } from '../system/replace-file.ts'

/** The password of the new account. It survives a kill before the credentials are written. */
export interface ChosenPassword {
  value: string
  /** Where the credentials and ADMIN_MATRIX_PASS differ: the latter, for an account whose password was changed. */
  other?: string | undefined
  /** Whether it may be an existing account's; a generated one cannot be. */
  known: boolean
  /** Whether this program generated it, now or in a killed run. */
  isGenerated: boolean
  /** Saves a generated one before it is sent to the server. Throws what the file system says. */
  keep(): void
  /** Deletes what `keep` saved, once the credentials hold it. */
  forget(): void
}

/** The credentials' own, else ADMIN_MATRIX_PASS, else one that a killed run generated, else a new one. `userId`: who we are. */
export function choosePassword(
  settings: Settings,
  credentials: Credentials | undefined,
  file: string,
  userId: number | undefined,
): ChosenPassword {
  const aside = `${file}.password`
  const forget = () => remove(aside)
  const saved = credentials && credential(credentials, 'ADMIN_PASS')
  const given = saved ?? settings.adminPassword
  const other = settings.adminPassword === given ? undefined : settings.adminPassword
  if (given !== undefined) return { value: given, other, known: true, isGenerated: false, keep: () => {}, forget }
  const kept = readFileRecovering(aside, userId)?.trim()
  if (kept) return { value: kept, known: true, isGenerated: true, keep: () => {}, forget }
  const value = randomBytes(18).toString('base64url')
  return { value, known: false, isGenerated: true, keep: () => replaceFile(aside, `${value}\n`), forget }
}

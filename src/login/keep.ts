import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { type CredentialKey, credential, formatCredentials, readCredentials } from '../config/credentials.ts'
import { UserError } from '../errors.ts'
import { makeFolder } from '../system/open-file.ts'
import { removeLeftovers, replaceFile, requireReplaceable, restoreFile } from '../system/replace-file.ts'
import type { Destination } from './destination.ts'

/** What a credentials file held before. A value that cannot be read is left out. */
export type OldCredentials = Partial<Record<CredentialKey, string>>

/** The credentials that are there; undefined where there are none. Throws DiagnosableError for a file that is not the user's alone. */
export function readOld(file: string, userId: number | undefined): OldCredentials | undefined {
  if (!existsSync(file)) return undefined
  const credentials = readCredentials(file, userId)
  const values: OldCredentials = {}
  for (const key of ['ADMIN_MXID', 'ADMIN_TOKEN', 'ADMIN_PASS'] as const) {
    const value = attempt(() => credential(credentials, key))
    if (value !== undefined) values[key] = value
  }
  return values
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Creates the folders of a destination. Throws what the file system says, and SetupError where something else has a file's name. */
export function prepare({ credentialsFile, profile }: Destination, userId: number | undefined): void {
  for (const file of [credentialsFile, ...(profile ? [profile.file] : [])]) {
    makeFolder(dirname(file))
    restoreFile(file)
    requireReplaceable(file, userId)
  }
}

/**
 * Writes the profile, then the credentials, so that no token is ever saved beside the address of another server. Another
 * account's credentials are moved to a file of their own, since only they may hold its password; gives that file.
 * Throws what the file system says; then the old credentials are in place again.
 */
export function keep(
  { credentialsFile, profile }: Destination,
  values: Record<CredentialKey, string>,
  old: OldCredentials | undefined,
): string | undefined {
  const text = formatCredentials(values)
  for (const file of [credentialsFile, ...(profile ? [profile.file] : [])]) removeLeftovers(file)
  const aside = old === undefined || old.ADMIN_MXID === values.ADMIN_MXID ? undefined : freeName(credentialsFile)
  if (aside !== undefined) renameSync(credentialsFile, aside)
  try {
    if (profile !== undefined) replaceFile(profile.file, profile.text)
    replaceFile(credentialsFile, text)
  } catch (error) {
    if (aside !== undefined) renameSync(aside, credentialsFile)
    throw error
  }
  return aside
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.previous${number === 1 ? '' : `-${number}`}`
    if (!existsSync(name)) return name
  }
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommonFlags, Context } from '../config/context.ts'
import { parseEnvFile } from '../config/env-file.ts'
import { noCredentials } from '../config/session.ts'
import { loadSettings, type Settings } from '../config/settings.ts'
import { profilePath, type SettingsFiles, standardDataDir } from '../config/settings-sources.ts'
import { SetupError } from '../errors.ts'
import { readSmallFile } from '../system/open-file.ts'
import { pathWord, setInEnvFile, shellQuoted } from './set-in-env-file.ts'

/** Where a login is saved, so that the next command with the same flags finds it. */
export interface Destination {
  credentialsFile: string
  settings: Settings
  /** Whether the settings led to this homeserver before, too. */
  isKnownServer: boolean
  /** The profile to write; undefined where none has to change. */
  profile: { file: string; text: string } | undefined
}

/**
 * Settings as `flags` give them. A missing profile counts as empty, since login writes it.
 * Throws SetupError as `loadSettings` does.
 */
export function settingsBefore(context: Context, flags: CommonFlags): Promise<Settings> {
  const file = profileOf(context, flags)
  return load(context, forDefault(flags), file, file === undefined ? '' : readProfile(file))
}

/** Decides where a login to `homeserver` is saved. Nothing is written. Throws SetupError where other settings would win over the profile. */
export async function destinationOf(context: Context, flags: CommonFlags, homeserver: URL): Promise<Destination> {
  const file = profileOf(context, flags)
  const before = file === undefined ? '' : readProfile(file)
  const text = file === undefined ? '' : await profileText(context, flags, file, before, homeserver)
  const known = await load(context, forDefault(flags), file, before)
  const settings = await load(context, flags, file, text)
  requireSame(settings, homeserver)
  if (settings.credentialsFile === undefined) throw noCredentials(settings)
  const profile = file === undefined || text === before ? undefined : { file, text }
  const isKnownServer = known.homeserver.href === homeserver.href
  return { credentialsFile: settings.credentialsFile, settings, isKnownServer, profile }
}

/** An env file that was named for this call is not changed. A missing home is not created. */
function profileOf({ environment, homeDir }: Context, { envFile, profile }: CommonFlags): string | undefined {
  if (envFile !== undefined || (profile === undefined && environment.POCKET_ENV)) return undefined
  const isThere = Boolean(environment.XDG_CONFIG_HOME) || (homeDir !== undefined && existsSync(homeDir))
  return profile === undefined && !isThere ? undefined : profilePath(profile ?? 'default', environment, homeDir)
}

function readProfile(file: string): string {
  return existsSync(file) ? readSmallFile(file) : ''
}

/** Every command reads the default profile, so it may leave some settings to other sources. */
function forDefault(flags: CommonFlags): CommonFlags {
  return flags.profile === 'default' ? { ...flags, profile: undefined } : flags
}

function filesWith({ homeDir }: Context, file: string | undefined, text: string): SettingsFiles {
  return {
    homeDir,
    exists: (path) => (path === file ? text !== '' : existsSync(path)),
    read: (path) => (path === file ? text : readSmallFile(path)),
  }
}

function load(context: Context, flags: CommonFlags, file: string | undefined, text: string): Promise<Settings> {
  return loadSettings(flags, context.environment, filesWith(context, file, text))
}

async function profileText(
  context: Context,
  flags: CommonFlags,
  file: string,
  before: string,
  homeserver: URL,
): Promise<string> {
  const { environment, homeDir } = context
  const own = parseEnvFile(before, { file, environment, homeDir })
  const url = homeserver.href.replace(/\/$/, '')
  let text = before
  const set = (name: string, word: string) => {
    text = setInEnvFile(text, name, word)
  }
  const address = (own.get('MATRIX_HS_API') ?? own.get('MATRIX_LOOPBACK'))?.value
  if (!address || !URL.canParse(address) || new URL(address).href !== homeserver.href)
    set('MATRIX_HS_API', shellQuoted(url))
  if (own.get('DATA_DIR')?.value || own.get('ADMIN_CRED_FILE')?.value) return text
  const { dataDir, credentialsFile } = await load(context, forDefault(flags), file, before)
  const folder = dataDir ?? ownFolder(context, flags)
  if (folder !== undefined) set('DATA_DIR', pathWord(resolve(folder), homeDir))
  if (credentialsFile !== undefined && credentialsFile !== `${dataDir}/secrets/admin-credentials.env`)
    set('ADMIN_CRED_FILE', pathWord(resolve(credentialsFile), homeDir))
  return text
}

/** Each profile has a folder of its own, since it is for a server of its own. */
function ownFolder(context: Context, { profile }: CommonFlags): string | undefined {
  const folder = standardDataDir(context.environment, filesWith(context, undefined, ''))
  return folder === undefined || profile === undefined ? folder : `${folder}/profiles/${profile}`
}

function requireSame(settings: Settings, { href }: URL): void {
  if (settings.homeserver.href === href) return
  const { name, origin } = settings.describe().find(({ setting }) => setting.names[0] === 'MATRIX_HS_API')?.found ?? {}
  throw new SetupError(`${name} (${origin}) is ${settings.homeserver.href}, and overrides this login to ${href}`, {
    hint: `change or unset ${name}, or use --profile NAME for another server`,
  })
}

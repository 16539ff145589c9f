import { type ErrorDetails, SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import type { CommonFlags } from './context.ts'
import { type Setting, settingsTable } from './settings-table.ts'

/** Reads a file as text; throws as node's fs does. */
export interface SettingsFiles {
  read(path: string): string
  exists(path: string): boolean
  homeDir: string | undefined
}

/** One place where values are set. */
export interface Layer {
  origin(name: string): string
  get(name: string): string | undefined
}

/** All places where values are set, the first one that sets a name decides. */
export interface Sources {
  layers: Layer[]
  /** `$XDG_DATA_HOME/matrix-users`, where it is the default of DATA_DIR. */
  userDataDir: string | undefined
  /** The env file that names a homeserver. */
  serverFile: string | undefined
}

/**
 * What sets a value, in order: flag; the env file named for this call; the environment; the default profile; the default.
 * A profile that was named, and an env file that names a homeserver, stand for a server of their own: which server and
 * whose credentials are meant comes from no other source.
 * Throws SetupError for a named file that is missing and for a file that is not plain assignments.
 */
export async function readSources(
  flags: CommonFlags,
  environment: Readonly<Record<string, string | undefined>>,
  files: SettingsFiles,
): Promise<Sources> {
  const { homeDir } = files
  const layers: Layer[] = []
  if (flags.timeout !== undefined) layers.push(constant('MATRIX_ADMIN_TIMEOUT', flags.timeout, '--timeout'))
  const named = namedFile(flags, environment, homeDir)
  const namedLayer = named && (await fileLayer(named.path, read(named.path, named.by, files), environment, homeDir))
  const ofOwnServer =
    flags.profile !== undefined || settingsTable.homeserver.names.some((name) => namedLayer?.get(name))
  const inherited = (layer: Layer): Layer =>
    ofOwnServer ? { ...layer, get: (name) => (namesOfServer.has(name) ? undefined : layer.get(name)) } : layer
  if (namedLayer !== undefined) layers.push(namedLayer)
  layers.push(inherited({ origin: () => 'the environment', get: (name) => environment[name] }))
  const standard = profilePath('default', environment, homeDir)
  const text = standard === undefined || flags.profile !== undefined ? undefined : readIfThere(standard, files)
  if (standard !== undefined && text !== undefined)
    layers.push(inherited(await fileLayer(standard, text, environment, homeDir)))
  const userDataDir = ofOwnServer ? undefined : standardDataDir(environment, files)
  return { layers, userDataDir, serverFile: ofOwnServer ? named?.path : undefined }
}

const namesOfServer = new Set(
  (Object.values(settingsTable) as Setting<unknown>[]).filter(({ ofServer }) => ofServer).flatMap(({ names }) => names),
)

/** Profiles are env files of one folder: `$XDG_CONFIG_HOME/matrix-users/NAME.env`. */
export function profilePath(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  homeDir: string | undefined,
): string | undefined {
  const config = environment.XDG_CONFIG_HOME || (homeDir === undefined ? undefined : `${homeDir}/.config`)
  return config === undefined ? undefined : `${config}/matrix-users/${name}.env`
}

/** `$XDG_DATA_HOME/matrix-users`. A missing home, as service accounts have it, is not created. */
export function standardDataDir(
  environment: Readonly<Record<string, string | undefined>>,
  { homeDir, exists }: SettingsFiles,
): string | undefined {
  const home = homeDir !== undefined && exists(homeDir) ? `${homeDir}/.local/share` : undefined
  const data = environment.XDG_DATA_HOME || home
  return data === undefined ? undefined : `${data}/matrix-users`
}

/** The env file that this call names, and by which means. Throws SetupError as `readSources` does. */
export function namedFile(
  flags: CommonFlags,
  environment: Readonly<Record<string, string | undefined>>,
  homeDir: string | undefined,
) {
  const { envFile, profile } = flags
  if (envFile !== undefined && profile !== undefined)
    throw new SetupError('--env-file and --profile cannot be used together', { hint: 'give one of them' })
  if (envFile !== undefined) return { path: envFile, by: '--env-file' }
  if (profile !== undefined) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(profile))
      throw new SetupError(`invalid --profile ${quote(profile)}`, {
        hint: 'use letters, digits, . _ -',
      })
    const path = profilePath(profile, environment, homeDir)
    if (path === undefined) throw new SetupError('--profile: neither XDG_CONFIG_HOME nor HOME is set')
    return { path, by: '--profile' }
  }
  return environment.POCKET_ENV ? { path: environment.POCKET_ENV, by: 'POCKET_ENV' } : undefined
}

function read(path: string, by: string, files: SettingsFiles): string {
  try {
    return files.read(path)
  } catch (error) {
    const list = by === '--profile' ? '; run `matrix-users profiles` to list the profiles' : ''
    throw unreadable(`the env file that ${by} names cannot be read: ${path}`, error, list)
  }
}

function readIfThere(path: string, files: SettingsFiles): string | undefined {
  if (!files.exists(path)) return undefined
  try {
    return files.read(path)
  } catch (error) {
    throw unreadable(`the default profile cannot be read: ${path}`, error)
  }
}

function unreadable(what: string, error: unknown, more = ''): SetupError {
  if (error instanceof SetupError) return error
  const { code } = error as NodeJS.ErrnoException
  const details: ErrorDetails = { cause: error }
  if (code === 'ENOENT') details.hint = `create the file, or name another${more}`
  return new SetupError(`${what} (${code})`, details)
}

async function fileLayer(
  path: string,
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  homeDir: string | undefined,
): Promise<Layer> {
  const { parseEnvFile } = await import('./env-file.ts')
  const values = parseEnvFile(text, { file: path, environment, homeDir })
  return { origin: (name) => `${path}, line ${values.get(name)?.line}`, get: (name) => values.get(name)?.value }
}

function constant(name: string, value: string, origin: string): Layer {
  return { origin: () => origin, get: (asked) => (asked === name ? value : undefined) }
}

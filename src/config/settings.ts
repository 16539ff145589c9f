import { type ErrorDetails, SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import type { CommonFlags } from './session.ts'
import { type Setting, type SettingValues, settingsTable } from './settings-table.ts'

/** Reads a file as text; throws as node's fs does. */
export interface SettingsFiles {
  read(path: string): string
  exists(path: string): boolean
  homeDir: string | undefined
}

/** Where a value came from, for messages: `--timeout`, `FILE, line 3`, `the environment`, `the default`. */
export interface Origin {
  name: string
  value: string | undefined
  origin: string
}

/**
 * Every setting by name, checked when it is first asked for: a command fails for what it needs, and not for what only others read.
 * Throws SetupError naming the variable, where it was set and what is allowed.
 */
export type Settings = SettingValues & {
  /** What each setting is and where it came from; nothing is checked. */
  describe(): { setting: Setting<unknown>; found: Origin }[]
}

interface Layer {
  origin(name: string): string
  get(name: string): string | undefined
}

/**
 * The settings by their order: flag; the env file named for this call; the environment; the default profile; the default.
 * A profile that was named is a server of its own: no other source adds to it which server, or whose credentials, are meant.
 * Throws SetupError for a named file that is missing and for a file that is not plain assignments.
 */
export async function loadSettings(
  flags: CommonFlags,
  environment: Readonly<Record<string, string | undefined>>,
  files: SettingsFiles,
): Promise<Settings> {
  const layers: Layer[] = []
  if (flags.timeout !== undefined) layers.push(constant('MATRIX_ADMIN_TIMEOUT', flags.timeout, '--timeout'))
  const named = namedFile(flags, environment, files.homeDir)
  if (named !== undefined) layers.push(await fileLayer(named.path, read(named.path, named.by, files), environment))
  const profiled = flags.profile !== undefined
  const inherited = (name: string) => !profiled || !namesOfServer.has(name)
  layers.push({
    origin: () => 'the environment',
    get: (name) => (inherited(name) ? environment[name] : undefined),
  })
  const standard = profilePath('default', environment, files.homeDir)
  const text = standard === undefined || profiled ? undefined : readIfThere(standard, files)
  if (standard !== undefined && text !== undefined) layers.push(await fileLayer(standard, text, environment))
  return assemble(layers)
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

function namedFile(
  flags: CommonFlags,
  environment: Readonly<Record<string, string | undefined>>,
  homeDir: string | undefined,
) {
  const { envFile, profile } = flags
  if (envFile !== undefined && profile !== undefined)
    throw new SetupError('--env-file and --profile exclude each other', { hint: 'give one of them' })
  if (envFile !== undefined) return { path: envFile, by: '--env-file' }
  if (profile !== undefined) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(profile))
      throw new SetupError(`--profile: ${quote(profile)} is not the name of a profile`, {
        hint: 'allowed: letters, digits, . _ -',
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
    const list = by === '--profile' ? '; `matrix-users profiles` lists those that there are' : ''
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
  const { code } = error as NodeJS.ErrnoException
  const details: ErrorDetails = { cause: error }
  if (code === 'ENOENT') details.hint = `there is no such file: write it, or name another${more}`
  return new SetupError(`${what} (${code})`, details)
}

async function fileLayer(
  path: string,
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Layer> {
  const { parseEnvFile } = await import('./env-file.ts')
  const values = parseEnvFile(text, path, environment)
  return { origin: (name) => `${path}, line ${values.get(name)?.line}`, get: (name) => values.get(name)?.value }
}

function constant(name: string, value: string, origin: string): Layer {
  return { origin: () => origin, get: (asked) => (asked === name ? value : undefined) }
}

function assemble(layers: Layer[]): Settings {
  const rows = Object.entries(settingsTable) as [string, Setting<unknown>][]
  const settings = { describe: () => rows.map(([, setting]) => ({ setting, found: find(setting, layers) })) }
  for (const [key, setting] of rows) {
    let known: { value: unknown } | undefined
    Object.defineProperty(settings, key, {
      enumerable: true,
      get() {
        known ??= { value: evaluate(setting, find(setting, layers), settings as Settings) }
        return known.value
      },
    })
  }
  return settings as Settings
}

/** The first layer that sets one of the names decides, also by setting it empty, which means the default. */
function find(setting: Setting<unknown>, layers: Layer[]): Origin {
  for (const layer of layers)
    for (const name of setting.names) {
      const value = layer.get(name)
      if (value === undefined) continue
      if (value === '' && !setting.mayBeEmpty)
        return { name, value: undefined, origin: `empty in ${layer.origin(name)}` }
      return { name, value, origin: layer.origin(name) }
    }
  return { name: setting.names[0], value: undefined, origin: 'the default' }
}

function evaluate(setting: Setting<unknown>, { name, value, origin }: Origin, settings: Settings): unknown {
  if (value === undefined) return setting.otherwise(settings)
  const shown = setting.secret ? '' : ` ${quote(value)}`
  if (isPlaceholder(value))
    throw new SetupError(`${name} (${origin}) is still a placeholder${shown}`, { hint: `set it: ${setting.allowed}` })
  const parsed = setting.parse(value, `${name} (${origin})`)
  if (parsed === undefined)
    throw new SetupError(`${name} (${origin}) is wrong:${shown || ' its value'}`, {
      hint: `allowed: ${setting.allowed}`,
    })
  return parsed
}

function isPlaceholder(value: string): boolean {
  return (
    /^(changeme|xxxx-xxxx)$/i.test(value) ||
    /^([a-z][a-z0-9+.-]*:\/\/)?([^\s/]*[@.])?example\.com([:/].*)?$/i.test(value)
  )
}

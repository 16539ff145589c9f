import { SetupError } from '../errors.ts'
import { quote } from '../system/foreign-text.ts'
import { type Layer, readSources, type Sources } from './settings-sources.ts'
import { type Defaults, type Setting, type SettingValues, settingsTable } from './settings-table.ts'

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
  /** What each setting is and where it came from, defaults included; nothing is checked. */
  describe(): { setting: Setting<unknown>; found: Origin }[]
  /** The env file that names a homeserver, so that DATA_DIR and the like come from no other source. */
  readonly serverFile: string | undefined
}

/** The settings of this call. Throws as `readSources` does. */
export async function loadSettings(...call: Parameters<typeof readSources>): Promise<Settings> {
  return assemble(await readSources(...call))
}

function assemble({ layers, userDataDir, serverFile }: Sources): Settings {
  const rows = Object.entries(settingsTable) as [string, Setting<unknown>][]
  const dataDir = () => find(settingsTable.dataDir, layers, { userDataDir, dataDir: undefined }).value
  const describe = () =>
    rows.map(([, setting]) => ({ setting, found: find(setting, layers, { userDataDir, dataDir: dataDir() }) }))
  const settings = { describe, serverFile } as Settings
  const checked: Defaults = {
    userDataDir,
    get dataDir() {
      return settings.dataDir
    },
  }
  for (const [key, setting] of rows) {
    let known: { value: unknown } | undefined
    Object.defineProperty(settings, key, {
      enumerable: true,
      get() {
        known ??= { value: evaluate(setting, find(setting, layers, checked)) }
        return known.value
      },
    })
  }
  return settings
}

/** The first layer that sets one of the names decides; an empty value means the default. */
function find(setting: Setting<unknown>, layers: Layer[], defaults: Defaults): Origin {
  for (const layer of layers)
    for (const name of setting.names) {
      const value = layer.get(name)
      if (value === undefined) continue
      if (value === '' && !setting.mayBeEmpty)
        return {
          name,
          value: setting.otherwise?.(defaults),
          origin: `the default (empty in ${layer.origin(name)})`,
        }
      return { name, value, origin: layer.origin(name) }
    }
  return { name: setting.names[0], value: setting.otherwise?.(defaults), origin: 'the default' }
}

function evaluate(setting: Setting<unknown>, { name, value, origin }: Origin): unknown {
  if (value === undefined) return undefined
  const shown = setting.secret ? '' : ` ${quote(value)}`
  if (isPlaceholder(value))
    throw new SetupError(`${name} (${origin}) is still a placeholder${shown}`, {
      hint: `use ${setting.allowed}`,
    })
  const parsed = setting.parse(value, `${name} (${origin})`)
  if (parsed === undefined)
    throw new SetupError(`invalid ${name}${shown} (from ${origin})`, {
      hint: `use ${setting.allowed}`,
    })
  return parsed
}

function isPlaceholder(value: string): boolean {
  return (
    /^(changeme|xxxx-xxxx)$/i.test(value) ||
    /^([a-z][a-z0-9+.-]*:\/\/)?([^\s/]*[@.])?example\.com([:/].*)?$/i.test(value)
  )
}

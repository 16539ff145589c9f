import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { SetupError } from '../errors.ts'
import type { Context } from './context.ts'
import { profilePath } from './settings-sources.ts'

/** The folder of profiles. Throws SetupError where there is no home. */
export function profileFolder({ environment, homeDir }: Context): string {
  const path = profilePath('default', environment, homeDir)
  if (path === undefined) throw new SetupError('no profiles found: neither XDG_CONFIG_HOME nor HOME is set')
  return dirname(path)
}

/** The names of all profiles, sorted. Throws SetupError without any. */
export function profileNames(context: Context): string[] {
  const folder = profileFolder(context)
  const names = list(folder)
    .flatMap((name) => /^([A-Za-z0-9][A-Za-z0-9._-]*)\.env$/.exec(name)?.[1] ?? [])
    .sort()
  if (names.length > 0) return names
  throw new SetupError(`no profiles found in ${folder}`, {
    hint: 'create NAME.env there, an env file for each server',
  })
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new SetupError(`cannot list the profiles: ${folder} (${(error as NodeJS.ErrnoException).code})`)
  }
}

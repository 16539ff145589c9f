import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './base.ts'

export interface Release {
  version: string
  /** The day of the release, as 2026-11-26. */
  date: string
}

/** The version of package.json, and its date in the change log. Throws where the change log does not have that version. */
export function release(): Release {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const changes = readFileSync(join(root, 'docs', 'CHANGELOG.md'), 'utf8')
  const date = changes.split(`\n## [${version}] - `)[1]?.slice(0, 10) ?? ''
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error(`docs/CHANGELOG.md does not have the date of ${version}`)
  return { version, date }
}

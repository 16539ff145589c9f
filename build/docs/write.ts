import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../base.ts'
import { commandsPage } from './commands-page.ts'
import { settingsPage } from './settings-page.ts'

/** The pages of docs/ that the program's tables make. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsPage,
  'docs/settings.md': settingsPage,
}

if (import.meta.filename === process.argv[1])
  for (const [path, page] of Object.entries(pages)) writeFileSync(join(root, path), page())

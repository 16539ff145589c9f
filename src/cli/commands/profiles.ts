import type { CommonFlags } from '../../config/context.ts'
import { profileFolder, profileNames } from '../../config/profiles.ts'
import { exitCodes } from '../../errors.ts'
import type { Command } from './command.ts'

/** Profiles are env files, one per server. */
export const profiles: Command<CommonFlags> = {
  usage: 'profiles',
  onlyPrints: true,
  summary: 'List the profiles (env files for --profile NAME, one per server)',
  examples: [
    ['$0 list --profile club', 'use the profile club'],
    ['$0 check --all-profiles', 'use each profile in turn'],
  ],
  async run({ json }, context) {
    const [folder, names] = [profileFolder(context), profileNames(context)]
    const rows = names.map((name) => ({ name, file: `${folder}/${name}.env` }))
    await context.io.write(
      json ? `${JSON.stringify(rows)}\n` : rows.map(({ name, file }) => `${name}  ${file}\n`).join(''),
    )
    return exitCodes.ok.code
  },
}

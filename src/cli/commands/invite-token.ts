import type { Io } from '../../system/io.ts'

/** What TOKEN may be, in help. */
export const tokenHelp = 'the token, its first 6 or more characters as `invite list` shows them, or the link with it'

/** The token of the argument, or of stdin for `-`. Throws SetupError for what is none. */
export async function tokenArgument(word: string, io: Io): Promise<string> {
  const { tokenIn } = await import('../../invites/chosen.ts')
  return tokenIn(word === '-' ? (await io.readStdin()).trim() : word)
}

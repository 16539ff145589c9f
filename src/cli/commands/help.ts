import type { CommonFlags } from '../../config/context.ts'
import { exitCodes } from '../../errors.ts'
import type { Command, Section } from './command.ts'

/** `help create` is `create --help`. */
export function helpCommand(sections: () => readonly Section[]): Command<CommonFlags & { command?: string[] }> {
  return {
    usage: 'help [command..]',
    onlyPrints: true,
    summary: 'List the commands, or show the options and examples of one',
    positionals: { command: 'the command, such as create or invite take' },
    examples: [['$0 help invite take', 'show the options and examples of invite take']],
    async run({ command = [] }, { io }) {
      const { helpText } = await import('../help-text.ts')
      const { entryMeant } = await import('../mistakes.ts')
      const entries = sections().flatMap((section) => section.entries)
      await io.write(helpText(await entryMeant(command, entries), sections(), io.columns()))
      return exitCodes.ok.code
    },
  }
}

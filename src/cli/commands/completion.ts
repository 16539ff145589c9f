import type { CommonFlags } from '../../config/context.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Command, CommandGroup } from './command.ts'

const shells = ['bash', 'zsh', 'fish']

/** Scripts made from the table of commands, so that a Tab does not start this program. */
export function completionCommand(
  all: () => readonly (Command<never> | CommandGroup)[],
): Command<CommonFlags & { shell?: string }> {
  return {
    usage: 'completion <shell>',
    onlyPrints: true,
    summary: 'Print the completion script of a shell: bash, zsh or fish',
    positionals: { shell: shells.join(', ') },
    next: shells,
    examples: [
      ['eval "$($0 completion bash)"', 'complete commands in bash: the line for ~/.bashrc'],
      ['eval "$($0 completion zsh)"', 'complete commands in zsh: the line for ~/.zshrc'],
      ['$0 completion fish | source', 'complete commands in fish: the line for ~/.config/fish/config.fish'],
    ],
    async run({ shell = '' }, { io }) {
      const { rowsOf } = await import('../completion/rows.ts')
      const rows = rowsOf(all())
      if (shell === 'bash') await io.write((await import('../completion/bash.ts')).bashScript(rows))
      else if (shell === 'zsh') await io.write((await import('../completion/zsh.ts')).zshScript(rows))
      else if (shell === 'fish') await io.write((await import('../completion/fish.ts')).fishScript(rows))
      else throw new SetupError(`no completion for ${quote(shell)}`, { hint: `use one of ${shells.join(', ')}` })
      return exitCodes.ok.code
    },
  }
}

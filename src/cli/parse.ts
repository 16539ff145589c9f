import type { Context } from '../config/context.ts'
import { type ExitCode, exitCodes, SetupError } from '../errors.ts'
import { quiet } from '../system/io.ts'
import type { Command } from './commands/command.ts'
import { commands, sections } from './commands/index.ts'
import { common, optionNames } from './commands/options.ts'
import { entryMeant } from './mistakes.ts'
import { beforeDashes, withLongOptions } from './short-options.ts'
import { untilClosed } from './until-closed.ts'

/** The parser takes quadratic time for arguments: for these less than a second. */
const mostWords = 10_000

/** Parses the arguments (without node and script) and runs the command. Gives the exit code; throws what the command throws. */
export async function runCli(argv: readonly string[], version: string, context: Context): Promise<ExitCode> {
  if (argv.length > mostWords)
    throw new SetupError(`more than ${mostWords} arguments`, {
      hint: 'put the users into a file, one per line, and use --from FILE',
    })
  const words = withLongOptions(argv)
  const asked = beforeDashes(words)
  const meant = await entryMeant(words, commands)
  if (asked.includes('--version')) {
    await untilClosed(() => context.io.write(`${version}\n`))
    return exitCodes.ok.code
  }
  if (meant.entry === undefined || asked.includes('--help')) {
    const { helpText } = await import('./help-text.ts')
    await untilClosed(() => context.io.write(helpText(meant, sections, context.io.columns())))
    return asked.includes('--help') ? exitCodes.ok.code : exitCodes.refused.code
  }
  const { parseWords } = await import('./yargs-parser.ts')
  const { command, args } = await parseWords(words, meant.entry)
  checkOptions(command, args, asked)
  const run = () => command.run(args, args.quiet ? { ...context, io: quiet(context.io) } : context)
  return command.onlyPrints ? ((await untilClosed(run)) ?? exitCodes.ok.code) : run()
}

/** The parser knows all options: one that this command does not take, or that is repeated, is refused here. */
function checkOptions(command: Command, args: Record<string, unknown>, words: readonly string[]): void {
  for (const name of optionNames) {
    // Looks at the words: an argument may have the name of an option (`create <user>`, `audit --user`).
    const times = words.filter((word) => word === `--${name}` || word.startsWith(`--${name}=`)).length
    if (times === 0) continue
    if (!common.includes(name) && !command.options?.includes(name))
      throw new SetupError(`--${name} is not an option of this command`, {
        hint: `run \`matrix-users ${[args._ ?? []].flat().join(' ')} --help\` to list its options`,
      })
    if (times > 1) throw new SetupError(`--${name} was given more than once`)
  }
}

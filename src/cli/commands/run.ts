import type { CommonFlags, Context } from '../../config/context.ts'
import { connect, openIdentity } from '../../config/session.ts'
import { SetupError, UserError } from '../../errors.ts'
import { AdminRoom } from '../../matrix/admin-room/admin-room.ts'
import { parseUser } from '../../matrix/identifiers.ts'
import { quote } from '../../system/foreign-text.ts'
import { carryOutShown, presenterOf, showDryRun } from '../results/show-result.ts'
import type { Command } from './command.ts'
import { common } from './options.ts'

interface RunArgs extends CommonFlags {
  word?: string[]
  block?: string
  secret?: boolean
  dryRun?: boolean
}

/** Bytes of one Matrix event that a command may fill (Client-Server API, "Size limits": 65,536 for the whole event). */
const lineLimit = 60_000

export const run: Command<RunArgs> = {
  usage: 'run [word..]',
  summary: 'Run any other admin command; exit code 0 means only that the server replied',
  examples: [
    ['$0 run -- server uptime', 'ask how long the server has been running'],
    ['$0 run --block FILE -- users deactivate-all', 'permanently deactivate every account listed in a file'],
  ],
  details: [
    'The audit log records the first two words and, after `users COMMAND`, the account: other words may be secret.',
  ],
  positionals: { word: 'the words of the admin command' },
  options: ['block', 'secret', 'keep-reply', 'dry-run'],
  async run(args, context) {
    checkWords(args.word ?? [])
    const identity = await openIdentity(context, args)
    const words = wordsOf(args.word ?? [], identity.settings.prefix)
    warnOfOptions(words, context)
    const line = AdminRoom.line(identity.settings.prefix, words, await readBlock(args.block, context))
    if (Buffer.byteLength(line) > lineLimit)
      throw new SetupError(
        `the command is too long for one message: ${Buffer.byteLength(line)} bytes, at most ${lineLimit}`,
      )
    if (args.dryRun) {
      return showDryRun(context.io, [line], args.json === true)
    }
    const session = await connect(context, identity)
    const audited = { op: 'run', target: loggedPart(words, identity.serverName) }
    const command = { line, secret: args.secret === true, replyShape: 'any' as const, audited }
    return carryOutShown(context.io, presenterOf(context.io, args.json === true), session, command, {
      keepReply: args.keepReply,
    })
  },
}

/** The words as the admin room splits them, without a prefix that was copied with them. */
function wordsOf(given: readonly string[], prefix: string): readonly string[] {
  const words = given.join(' ').split(' ')
  const rest = prefix !== '' && words[0] === prefix ? words.slice(1) : words
  checkWords(rest.filter(Boolean))
  return rest
}

/** An option after `--` is sent as a word of the command: an operator who meant it for this program must know. */
function warnOfOptions(words: readonly string[], { io }: Context): void {
  for (const name of [...common, ...(run.options ?? [])])
    if (words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
      io.warn(`--${name} after -- is part of the command; put options before --`)
}

/**
 * What the audit log shows of a command: two words and, after `users VERB`, the account. The rest may be a password, which can
 * look like a username, so only the word in the account's place counts.
 */
function loggedPart(words: readonly string[], serverName: string): string {
  const [first = '', second = '', third = ''] = words.filter(Boolean)
  const account = first === 'users' ? userIdOf(third, serverName) : undefined
  return [first, second, account].filter(Boolean).join(' ')
}

function userIdOf(word: string, serverName: string): string | undefined {
  try {
    return parseUser(word, serverName).mxid
  } catch (error) {
    if (error instanceof SetupError) return undefined
    throw error
  }
}

function checkWords(words: readonly string[]): void {
  if (words.length === 0)
    throw new SetupError('missing WORD: the words of the admin command', {
      hint: 'write, for example: matrix-users run -- server uptime',
    })
  for (const word of words) {
    if (word === '')
      throw new SetupError('empty words are not allowed, because the admin room splits a command at spaces')
    if (/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/.test(word))
      throw new SetupError(`control characters are not allowed in a word: ${quote(word)}`)
  }
}

async function readBlock(file: string | undefined, context: Context): Promise<string | undefined> {
  if (file === undefined) return undefined
  const { io, interrupt } = context
  const { readInput } = await import('../../system/read-input.ts')
  let text: string
  try {
    text = file === '-' ? await io.readStdin() : await readInput(file, interrupt)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new SetupError(`cannot read the block file: ${quote(file)}`, { cause: error })
  }
  text = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  if (text.trim() === '') throw new SetupError(`the block file is empty: ${quote(file)}`)
  if (/[\u0000-\u0008\u000B-\u001F\u007F]/.test(text) || text.includes('```'))
    throw new SetupError(`the block file contains control characters or a fence (\`\`\`): ${quote(file)}`)
  return text
}

import { withAudit } from '../../audit/with-audit.ts'
import type { CommonFlags, Context } from '../../config/context.ts'
import { openIdentity, openSettings } from '../../config/session.ts'
import { exitCodes, OutputError, SetupError } from '../../errors.ts'
import type { Command } from './command.ts'

interface SetPasswordArgs extends CommonFlags {
  generate?: boolean
  yes?: boolean
}

/** Characters. The panel, and scrypt, slow down guessing. */
const shortest = 8
const longest = 256

/** Saves only a hash of it. The old password works until the new hash is written; then logins with it end. */
export const panelSetPassword: Command<SetPasswordArgs> = {
  usage: 'set-password',
  summary: 'Set the panel password: typed, from stdin or generated',
  options: ['generate', 'yes'],
  examples: [
    ['$0 panel set-password', 'type the panel password twice, without showing it'],
    ['$0 panel set-password --generate', 'generate a panel password and print it once'],
    ['$0 panel set-password --yes < FILE', 'replace the old panel password, from a script'],
  ],
  async run(args, context) {
    if (args.generate) context.io.requireStdout('the password')
    const { dataDir } = await openSettings(context, args)
    if (dataDir === undefined) throw new SetupError('DATA_DIR is not set: it holds the panel password')
    const { hashPassword, passwordFile, readPasswordHash } = await import('../../config/panel-password.ts')
    const { makeFolder } = await import('../../system/open-file.ts')
    const { dirname } = await import('node:path')
    const { warnIfLax } = await import('../../system/modes.ts')
    const { replaceFile } = await import('../../system/replace-file.ts')
    const file = passwordFile(dataDir)
    try {
      if (readPasswordHash(dataDir, context.userId) !== undefined && !args.yes) await confirm(context)
      warnIfLax(file, context.userId, context.io.warn)
      const password = args.generate ? await generate() : await read(context)
      const hash = await hashPassword(password)
      await recorded(context, args, dataDir, () => {
        makeFolder(dirname(file))
        replaceFile(file, hash)
      })
      await show(context, args, file, password)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      throw new SetupError(`cannot write the hash of the panel password: ${file} (${code})`, { cause: error })
    }
    return exitCodes.ok.code
  },
}

async function confirm({ io }: Context): Promise<void> {
  if (!io.isInteractive)
    throw new SetupError('the panel already has a password: nothing was changed', { hint: 'add --yes to replace it' })
  if (!/^y(es)?$/i.test((await io.ask('The panel already has a password. Replace it? [y/N] ')).trim()))
    throw new SetupError('nothing was changed')
}

async function read({ io }: Context): Promise<string> {
  const password = io.isInteractive
    ? await io.askSecret(`New panel password (at least ${shortest} characters): `)
    : (await io.readStdin()).replace(/\r?\n$/, '')
  const { length } = [...password]
  // Invalid UTF-8 is read as U+FFFD, which cannot be typed at the login.
  if (length < shortest || length > longest || /[\p{Cc}\uFFFD]/u.test(password))
    throw new SetupError('invalid panel password: nothing was changed', { hint: allowed(password) })
  if (io.isInteractive && (await io.askSecret('Repeat the password: ')) !== password)
    throw new SetupError('the two passwords differ: nothing was changed')
  return password
}

function allowed(password: string): string {
  if (/[\r\n]/.test(password)) return 'remove the line break within the password'
  return `use ${shortest} to ${longest} characters, without control characters, or --generate`
}

/** A login with it can do all that the operator can, so the change is recorded. */
async function recorded(context: Context, args: CommonFlags, dataDir: string, work: () => void): Promise<void> {
  const operator = await openIdentity(context, args).then(
    (identity) => identity.operator,
    () => '',
  )
  const audited = { op: 'set-password', target: 'panel' }
  await withAudit(
    { operator, caller: context.caller, settings: { dataDir } },
    context.io.warn,
    audited,
    async () => work(),
    () => ({ rc: exitCodes.ok.code, outcome: 'done' }),
  )
}

/** Shows where the hash is and, if it was generated, the password: the old one has ended by now. */
async function show(
  { io }: Context,
  { generate, json }: SetPasswordArgs,
  file: string,
  password: string,
): Promise<void> {
  const result = generate ? { file, password } : { file }
  const text = generate ? password : `saved the panel password in ${file}`
  await io.write(`${json ? JSON.stringify(result) : text}\n`).catch((cause: Error) => {
    if (!generate) throw cause
    throw new OutputError(cause.message, {
      shellHint: 'run `matrix-users panel set-password` again: the panel has a new password, which was not shown',
      cause,
    })
  })
}

async function generate(): Promise<string> {
  const { randomBytes } = await import('node:crypto')
  return randomBytes(15).toString('base64url')
}

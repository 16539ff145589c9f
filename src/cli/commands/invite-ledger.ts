import type { CommonFlags, Context } from '../../config/context.ts'
import { openSession, type Session } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { beginnings } from '../../invites/beginning.ts'
import type { Invite } from '../../invites/ledger.ts'
import type { Surroundings } from '../../invites/open.ts'
import type { Limits } from '../../matrix/request.ts'
import { quote } from '../../system/foreign-text.ts'
import type { Io } from '../../system/io.ts'
import { trimEnd } from '../../system/trim.ts'
import type { Command } from './command.ts'
import { untilClosed } from './until-closed.ts'

interface TakeArgs extends CommonFlags {
  qr?: boolean
  link?: boolean
  text?: boolean
}

/** Prints one valid token. It is marked as given before it is printed, and unmarked if that fails. */
export const inviteTake: Command<TakeArgs> = {
  usage: 'take',
  summary: 'Print an unused invite and mark it as given',
  details: ['When no unused invite is left, it prints nothing on stdout and exits with 2.'],
  options: ['qr', 'link', 'text'],
  examples: [
    ['$0 invite take --link', "print the link to the server's registration page"],
    ['$0 invite take --text', 'print a message to forward: server, token, steps'],
  ],
  async run(args, context) {
    const session = await openSession(context, args)
    const { takeInvite } = await import('../../invites/recorded.ts')
    await takeInvite(
      session,
      surroundings(context),
      (taken, limits) => present(session, taken, limits, args),
      (output) => context.io.write(output),
    )
    return exitCodes.ok.code
  },
}

async function present(session: Session, { token, expires }: Invite, limits: Limits, args: TakeArgs): Promise<string> {
  const { registrationLink } = await import('../../invites/public-link.ts')
  const wantsLink = args.link || args.text || args.qr || args.json
  const link = wantsLink ? await registrationLink(session, token, limits) : undefined
  if (args.link && link === undefined)
    throw new SetupError('this homeserver does not have a registration page', {
      hint: 'use --text, or the token alone',
    })
  if (args.json) return `${JSON.stringify({ token, expires: expires ?? null, link: link ?? null })}\n`
  const { invitationText } = await import('../../invites/message.ts')
  const shown = args.text
    ? invitationText({ serverName: session.serverName, token, link, expires })
    : args.link
      ? link
      : token
  const { drawQr } = await import('../../invites/qr.ts')
  return `${args.qr ? drawQr(link ?? token) : ''}${shown}\n`
}

export const inviteList: Command<CommonFlags & { show?: boolean }> = {
  usage: 'list',
  summary: 'List the saved invites and their state on the server',
  options: ['show'],
  examples: [['$0 invite list --show', 'list the saved invites with their whole tokens']],
  async run(args, context) {
    const session = await openSession(context, args)
    const { listInvites } = await import('../../invites/saved.ts')
    const invites = await listInvites(session, surroundings(context))
    if (invites.length === 0 && context.io.stdoutIsTerminal && !args.json) {
      context.io.notice('no invites yet')
      return exitCodes.ok.code
    }
    const shown = beginnings(invites.map(({ token }) => token))
    const rows = invites.map(({ token, state, expires, given }) => ({
      token: args.show ? token : `${shown.get(token)}…`,
      state,
      expires,
      given,
    }))
    await untilClosed(() => (args.json ? context.io.write(`${JSON.stringify(rows)}\n`) : writeList(context.io, rows)))
    return exitCodes.ok.code
  },
}

interface Row {
  token: string
  state: string
  expires: Date | undefined
  given: Date | undefined
}

/** A table on a terminal; elsewhere the lines that existing scripts read. */
async function writeList(io: Io, rows: readonly Row[]): Promise<void> {
  if (io.stdoutIsTerminal) {
    const { writeRows } = await import('../results/columns.ts')
    const cells = rows.map(({ token, state, expires, given }) => [
      token,
      state,
      expires ? day(expires) : '',
      given ? day(given) : '',
    ])
    return writeRows(io, ['TOKEN', 'STATE', 'EXPIRES', 'GIVEN'], cells)
  }
  const lines = rows.map(({ token, state, expires, given }) =>
    [
      token.padEnd(token.endsWith('…') ? 7 : 24),
      state.padEnd(15),
      ...(expires ? ['expires', day(expires)] : []),
      ...(given ? ['given', day(given)] : []),
    ].join(' '),
  )
  return io.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10)
}

export const invitePrune: Command<CommonFlags> = {
  usage: 'prune',
  summary: 'Revoke expired invites and remove used or unknown ones from the list',
  examples: [['$0 invite prune', 'clean up without minting']],
  async run(args, context) {
    const session = await openSession(context, args)
    const { removeInvites } = await import('../../invites/saved.ts')
    const { revoke, drop, keep } = await removeInvites(session, surroundings(context))
    const figures = { revoked: revoke.length, dropped: drop.length, kept: keep.length }
    await context.io.write(`${args.json ? JSON.stringify(figures) : prunedInWords(figures)}\n`)
    return exitCodes.ok.code
  },
}

function prunedInWords({ revoked, dropped, kept }: { revoked: number; dropped: number; kept: number }): string {
  const counted = (count: number, what: string) => `${count} ${what} ${count === 1 ? 'invite' : 'invites'}`
  if (revoked + dropped === 0) return `nothing to remove: ${counted(kept, 'valid')}`
  return [
    `revoked ${counted(revoked, 'expired')}`,
    `removed ${dropped} that no longer work (used or revoked)`,
    `kept ${kept}`,
  ].join(', ')
}

export const inviteRevoke: Command<CommonFlags & { token?: string }> = {
  usage: 'revoke <token>',
  summary: 'Revoke an invite, so that it can no longer be used',
  details: ['If it was used already, the account stays: suspend or deactivate that account instead.'],
  positionals: { token: 'the token, or its first 6 or more characters as `invite list` shows them (- is stdin)' },
  examples: [
    ['$0 invite revoke Xb4kT2', 'revoke one by its beginning, as `invite list` shows it'],
    ['$0 invite revoke -', 'read the token to revoke from stdin'],
  ],
  async run(args, context) {
    // With the ellipsis that `invite list` shows.
    const given = trimEnd(args.token === '-' ? (await context.io.readStdin()).trim() : (args.token ?? ''), '…')
    if (!/^[A-Za-z0-9._~][A-Za-z0-9._~-]{0,63}$/.test(given))
      throw new SetupError(
        `${args.token === '-' ? 'the text from stdin' : quote(given)} is not a token: nothing was sent`,
        {
          hint: 'use 1 to 64 of A-Z a-z 0-9 . _ ~ -, not starting with a dash',
        },
      )
    const session = await openSession(context, args)
    const { revokeInvite } = await import('../../invites/saved.ts')
    const { shown, wasValid } = await revokeInvite(session, surroundings(context), async (invites, isValid) => {
      const saved = invites.map(({ token }) => token)
      return saved.includes(given) || (await isValid(given)) ? given : tokenStarting(given, saved)
    })
    const text = wasValid
      ? `revoked ${shown}: it can no longer be used`
      : `${shown} was already used, expired or revoked; removed from the list`
    await context.io.write(`${args.json ? JSON.stringify({ revoked: wasValid, token: shown }) : text}\n`)
    return exitCodes.ok.code
  },
}

/** The one saved token that starts like this. Throws SetupError where none does, or several. */
async function tokenStarting(given: string, saved: readonly string[]): Promise<string> {
  const { shown, tokensBeginning } = await import('../../invites/beginning.ts')
  const [token, ...others] = tokensBeginning(given, saved)
  if (token === undefined && saved.some((one) => one.startsWith(given)))
    throw new SetupError(`${quote(given)} is too short for the beginning of a saved invite: nothing was revoked`, {
      hint: `give at least ${shown} characters of the token, as \`matrix-users invite list\` shows them`,
    })
  if (token === undefined)
    throw new SetupError(
      'the server does not accept this token, and no saved invite starts with it: nothing was revoked',
      {
        hint: 'check it for typing errors (`matrix-users invite list --show` lists the saved invites)',
      },
    )
  if (others.length > 0)
    throw new SetupError(`${others.length + 1} saved invites start with ${quote(given)}: nothing was revoked`, {
      hint: 'give more of the token (`matrix-users invite list` shows how much is enough)',
    })
  return token
}

/** What working with invites needs from the program. */
export function surroundings(context: Context): Surroundings {
  return { locker: context, warn: context.io.warn }
}

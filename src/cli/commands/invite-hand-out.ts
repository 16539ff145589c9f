import type { CommonFlags } from '../../config/context.ts'
import { openSession, type Session } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import { beginnings } from '../../invites/beginning.ts'
import type { Invite } from '../../invites/ledger.ts'
import type { Limits } from '../../matrix/request.ts'
import type { Io } from '../../system/io.ts'
import type { Command } from './command.ts'
import { surroundings } from './invite-surroundings.ts'
import { tokenArgument, tokenHelp } from './invite-token.ts'

interface TakeArgs extends CommonFlags {
  token?: string
  qr?: boolean
  link?: boolean
  text?: boolean
}

/** Prints one valid token. It is marked as given before it is printed, and unmarked if that fails. */
export const inviteTake: Command<TakeArgs> = {
  usage: 'take [token]',
  summary: 'Print an unused invite and mark it as given',
  details: [
    'With TOKEN it prints that invite, also if it was given before.',
    'When no unused invite is left, it exits with 2 and prints nothing on stdout (with --json, `"token":null`).',
  ],
  positionals: { token: `${tokenHelp} (- is stdin, default: the next unused invite)` },
  options: ['qr', 'link', 'text'],
  examples: [
    ['$0 invite take --link', "print the link to the server's registration page"],
    ['$0 invite take --text', 'print a message to forward: server, token, steps'],
    ['$0 invite take Xb4kT2 --text', 'print the message of a given invite again'],
  ],
  async run(args, context) {
    context.io.requireStdout('the invite')
    const given = args.token === undefined ? undefined : await tokenArgument(args.token, context.io)
    const session = await openSession(context, args)
    const { NoInviteError, takeInvite } = await import('../../invites/hand-out.ts')
    const { tokenStarting } = await import('../../invites/chosen.ts')
    try {
      await takeInvite(session, surroundings(context), {
        choose: given === undefined ? undefined : (saved) => tokenStarting(given, saved, 'nothing was handed out'),
        prepare: (taken, limits) => present(session, taken, limits, args),
        hand: (output) => context.io.write(output),
      })
    } catch (error) {
      // A script can tell it from other failures with the same code.
      if (args.json && error instanceof NoInviteError) await context.io.write(`${JSON.stringify(none)}\n`)
      throw error
    }
    return exitCodes.ok.code
  },
}

const none = { token: null, expires: null, link: null }

async function present(session: Session, { token, expires }: Invite, limits: Limits, args: TakeArgs): Promise<string> {
  const { registrationLink } = await import('../../invites/public-link.ts')
  const wantsLink = args.link || args.text || args.qr || args.json
  const link = wantsLink ? await registrationLink(session, token, limits) : undefined
  if (args.link && link === undefined)
    throw new SetupError('this homeserver does not have a registration page', {
      hint: 'use --text, or the token alone',
    })
  const { invitationText } = await import('../../invites/message.ts')
  const text = args.text ? invitationText({ serverName: session.serverName, token, link, expires }) : undefined
  if (args.json) return `${JSON.stringify({ token, expires: expires ?? null, link: link ?? null, text })}\n`
  const { drawQr } = await import('../../invites/qr.ts')
  return `${args.qr ? drawQr(link ?? token) : ''}${text ?? link ?? token}\n`
}

export const inviteList: Command<CommonFlags & { show?: boolean }> = {
  usage: 'list',
  onlyPrints: true,
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
    await (args.json ? context.io.write(`${JSON.stringify(rows)}\n`) : writeList(context.io, rows))
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

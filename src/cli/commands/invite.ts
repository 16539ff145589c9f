import type { CommonFlags, Context } from '../../config/context.ts'
import { openSession, type Session } from '../../config/session.ts'
import { exitCodes, SetupError } from '../../errors.ts'
import type { Invite } from '../../invites/ledger.ts'
import type { Shown, Supply, Wanted } from '../../invites/supply.ts'
import type { Limits } from '../../matrix/request.ts'
import { quote } from '../../system/foreign-text.ts'
import { forProfiles } from './all-profiles.ts'
import type { Command, CommandGroup } from './command.ts'
import { invitePrune, inviteRevoke } from './invite-end.ts'
import { inviteList, inviteTake } from './invite-hand-out.ts'
import { surroundings } from './invite-surroundings.ts'

interface MintArgs extends CommonFlags {
  count?: string
  days?: string
  ensure?: string
  show?: boolean
  qr?: boolean
}

const most = 1000

const inviteMint: Command<MintArgs> = {
  usage: '$0 [count]',
  summary: 'Mint single-use invites and save them in DATA_DIR/secrets/invite-tokens.txt',
  details: ['With --show or --qr the new invites are marked as given, so that `take` does not hand them out again.'],
  positionals: { count: `how many, 1 to ${most} (default: 1)` },
  options: ['days', 'ensure', 'show', 'qr'],
  examples: [
    ['$0 invite 5', 'mint five invites and save them'],
    ['$0 invite --show', 'mint an invite, print it and mark it as given'],
    ['$0 invite --ensure 5', 'revoke expired invites, then mint until five are available'],
    ['0 * * * * /usr/local/bin/$0 invite --ensure 5', 'do so every hour: a line for `crontab -e`'],
  ],
  async run(args, context) {
    if (args.count !== undefined && args.ensure !== undefined)
      throw new SetupError('COUNT and --ensure cannot be used together: nothing was sent')
    if (args.ensure !== undefined && (args.show || args.qr))
      throw new SetupError(
        `--ensure and --${args.show ? 'show' : 'qr'} cannot be used together, because an invite that was shown is no longer unused: nothing was sent`,
        { hint: 'use `matrix-users invite take` to print one of the invites' },
      )
    if (args.ensure !== undefined && /^0+$/.test(args.ensure))
      throw new SetupError(`invalid --ensure ${quote(args.ensure)}: use a whole number from 1 to ${most}`, {
        hint: 'run `matrix-users invite prune` to revoke expired invites without minting new ones',
      })
    const ensure = args.ensure === undefined ? undefined : whole('--ensure', args.ensure, 1, most)
    const count = whole('COUNT', args.count ?? '1', 1, most)
    const session = await openSession(context, args)
    const days = args.days === undefined ? session.settings.inviteTokenDays : whole('--days', args.days, 1, 3650)
    const isShown = args.show || (args.qr && !args.json)
    if (isShown) context.io.requireStdout('the invites')
    const show: Shown = {
      prepare: (invites, limits) => shownText(args, session, invites, limits),
      hand: (text) => context.io.write(text),
    }
    const minted = await mintWaiting(context, session, { count, ensure, days, show: isShown ? show : undefined })
    if (!isShown || minted.invites.length === 0) await report(context, args, session, minted)
    if (minted.failure) throw minted.failure
    return exitCodes.ok.code
  },
}

export const invite: CommandGroup = {
  name: 'invite',
  summary: 'Mint, hand out and manage single-use invites',
  details: [
    'An invite is a registration token with which one person can create one account. Mint some, hand them out with `take`, and run `--ensure` from cron: continuwuity does not end expired invites by itself, so `--ensure` and `prune` revoke them.',
  ],
  commands: [
    forProfiles(inviteMint, ({ ensure }) => (ensure === undefined ? '--all-profiles needs --ensure here' : undefined)),
    inviteTake,
    inviteList,
    invitePrune,
    inviteRevoke,
  ],
}

function whole(name: string, text: string, least: number, most: number): number {
  if (/^\d{1,5}$/.test(text) && +text >= least && +text <= most) return +text
  throw new SetupError(`invalid ${name} ${quote(text)}: use a whole number from ${least} to ${most}`)
}

/** Mints, and shows the progress. */
async function mintWaiting(context: Context, session: Session, wanted: Omit<Wanted, 'onProgress'>): Promise<Supply> {
  const { mintInvites } = await import('../../invites/supply.ts')
  let progress = `minting invites: 0 of ${wanted.count} …`
  const stop = context.io.waiting(() => progress)
  const onProgress = (done: number, of: number) => {
    progress = `minting invites: ${done} of ${of} …`
  }
  const { show } = wanted
  const shown = show && {
    ...show,
    hand(text: string) {
      stop()
      return show.hand(text)
    },
  }
  return mintInvites(session, surroundings(context), { ...wanted, show: shown, onProgress }).finally(stop)
}

/** What shows invites: the tokens, or with --qr what `invite take --qr` prints. */
async function shownText(
  args: MintArgs,
  session: Session,
  invites: readonly Invite[],
  limits: Limits,
): Promise<string> {
  if (args.json) return asJson(args, session, invites)
  const tokens = invites.map(({ token }) => token)
  if (!args.qr) return tokens.map((token) => `${token}\n`).join('')
  const { registrationLinks } = await import('../../invites/public-link.ts')
  const { drawQr } = await import('../../invites/qr.ts')
  const links = await registrationLinks(session, tokens, limits)
  return (links ?? tokens).map((text) => `${drawQr(text)}${text}\n`).join('')
}

/** How many and where, of invites that are not shown. --ensure is silent but on a terminal, so that cron mails nothing. */
async function report(context: Context, args: MintArgs, session: Session, { invites, unused }: Supply): Promise<void> {
  const { io } = context
  if (args.json) return io.write(asJson(args, session, invites))
  if (unused !== undefined && io.stderrIsTerminal) io.notice(ensuredInWords(invites.length, unused))
  if (args.ensure !== undefined || invites.length === 0) return
  const until = invites[0]?.expires?.toISOString().slice(0, 10)
  await io.write(
    `minted ${invites.length} ${invites.length === 1 ? 'invite' : 'invites'} (valid until ${until}), saved in ${fileOf(session)}\n`,
  )
}

function asJson({ show }: MintArgs, session: Session, invites: readonly Invite[]): string {
  const tokens = show ? { tokens: invites.map(({ token }) => token) } : {}
  const expires = invites[0]?.expires ?? null
  return `${JSON.stringify({ minted: invites.length, file: fileOf(session), expires, ...tokens })}\n`
}

const fileOf = ({ settings }: Session): string => `${settings.dataDir}/secrets/invite-tokens.txt`

function ensuredInWords(minted: number, unused: number): string {
  return `minted ${minted || 'no'} ${minted === 1 ? 'invite' : 'invites'}: ${unused} unused ${unused === 1 ? 'invite is' : 'invites are'} available`
}

import type { Caller } from '../audit/write.ts'
import { type CommonFlags, type Context, openIdentity, openSession, type Session } from '../config/session.ts'
import { asUserError, InterruptedError, OutputError, type UserError } from '../errors.ts'
import type { Invitation } from '../invites/message.ts'
import { commandFor } from '../operations/command.ts'
import { refuseOwnAccount, requireConsent } from '../operations/consent.ts'
import type { Result } from '../operations/result.ts'
import { carryOut } from '../operations/run.ts'
import { operations } from '../operations/table.ts'
import { resolveTarget } from '../operations/target.ts'
import { internalError } from '../system/internal-error.ts'
import { takeTurns } from './turns.ts'

/** Who asks, for the audit log. */
export type Visitor = Pick<Caller, 'ip' | 'ua'>

/** Where something is shown that does not stop a command. */
export interface Remarks {
  warned(text: string): void
}

/** The page on which an operation is shown. */
export interface OperationPage extends Remarks {
  /** The bot says something that is no reply, before the reply. */
  botSaid(text: string): void
  /** Shows the reply; false if the browser went away before all of it was sent. */
  replied(bytes: AsyncIterable<Uint8Array>): Promise<boolean>
  /** What was typed where the exact id is asked for. */
  retyped(): string
}

/** The page on which an invite is handed out. */
export interface InvitationPage extends Remarks {
  /** False if the browser went away before all of it was sent. */
  handed(invitation: Invitation): Promise<boolean>
}

/** What became of minting; `failure`: why it was less than asked for. */
export interface MintedInvites {
  minted: number
  expires: Date | undefined
  /** Where they are kept. */
  file: string
  failure: Failure | undefined
}

/** Why something was not done, or not wholly. */
export interface Failure {
  message: string
  hint: string | undefined
  hintIsForShell: boolean
  /** Whether a command was sent, or may have been. */
  exitCode: number
}

export type Ended<T> = { kind: 'done'; result: T } | { kind: 'failed'; failure: Failure }

/** What the panel can do, handed to it by the program: the panel is a bundle of its own and shares no module with it, so that plain data goes across. */
export interface Commands {
  operate(operation: string, user: string, page: OperationPage, visitor: Visitor): Promise<Ended<Result>>
  mintInvites(count: number, page: Remarks, visitor: Visitor): Promise<Ended<MintedInvites>>
  takeInvite(page: InvitationPage, visitor: Visitor): Promise<Ended<void>>
  /** Throws an error with a message for people if the set-up is wrong. */
  serverName(): Promise<string>
  /** Resolves when no command is under way. */
  settled(): Promise<unknown>
  /** Ends the commands that are under way, as Ctrl-C does at a shell. */
  interrupt(): void
}

/** The server carries out one command after another; more at once would only take memory. */
const atOnce = 4
/** ms for the question whether the server has a sign-up page. */
const linkTime = 6000

/** The core as the panel calls it, with settings and credentials read anew each time. */
export function commandsFor(context: Context, flags: CommonFlags): Commands {
  const inTurn = takeTurns(atOnce)
  const underway = new Set<Promise<unknown>>()
  // What is under way is not cut off when the panel is asked to end, unless it takes too long.
  const interruption = new AbortController()
  /** Does `work` in its turn, for a visitor. */
  const ended = async <T>(
    at: string,
    { ip, ua }: Visitor,
    work: (session: Session) => Promise<T>,
  ): Promise<Ended<T>> => {
    const caller: Caller = { source: 'panel', ip, ua, mustRecord: true, userId: context.userId }
    const inTheirName = { ...context, caller, interrupt: interruption.signal }
    const working = inTurn(async () => work(await openSession(inTheirName, flags)))
    underway.add(working)
    try {
      const result = await working
      return { kind: 'done', result }
    } catch (error) {
      const shown = asUserError(error)
      if (shown === undefined) context.io.fail(internalError(error, at))
      return { kind: 'failed', failure: shown ? failureOf(shown) : internal }
    } finally {
      underway.delete(working)
    }
  }
  const around = ({ warned }: Remarks) => ({ locker: context, warn: warned })
  return {
    operate: (name, user, page, visitor) => ended(name, visitor, (session) => operate(session, name, user, page)),
    mintInvites: (count, page, visitor) =>
      ended('invite', visitor, async (session) => {
        const { mintInvites } = await import('../invites/recorded.ts')
        const days = session.settings.inviteTokenDays
        const { invites, failure } = await mintInvites(session, around(page), { count, days })
        if (failure !== undefined && invites.length === 0) throw failure
        const file = `${session.settings.dataDir}/secrets/invite-tokens.txt`
        const told = failure && failureOf(failure)
        return { minted: invites.length, expires: invites[0]?.expires, file, failure: told }
      }),
    takeInvite: (page, visitor) =>
      ended('invite-take', visitor, async (session) => {
        const { takeInvite } = await import('../invites/recorded.ts')
        const { registrationLink } = await import('../invites/public-link.ts')
        const { serverName } = session
        await takeInvite(
          session,
          around(page),
          async ({ token, expires }) => {
            const link = await registrationLink(session, token, { deadline: Date.now() + linkTime })
            return { serverName, token, link, expires }
          },
          async (invitation) => reached(await page.handed(invitation)),
        )
      }),
    async serverName() {
      return (await openIdentity(context, flags)).serverName
    },
    settled: () => Promise.allSettled(underway),
    interrupt: () =>
      interruption.abort(new InterruptedError('the panel was asked to end, and the command took too long')),
  }
}

async function operate(session: Session, name: string, user: string, page: OperationPage): Promise<Result> {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error('no such operation')
  const targets = operation.argument === 'none' ? [] : [resolveTarget(operation, user, session.serverName)]
  refuseOwnAccount(operation, targets[0]?.mxid, session.operator)
  await requireConsent(operation, targets, { yes: false, retype: async () => page.retyped() })
  const command = commandFor(operation, session.settings.prefix, targets[0])
  return carryOut(session, command, {
    botSaid: page.botSaid,
    warned: page.warned,
    replied: async (_head, bytes) => reached(await page.replied(bytes)),
  })
}

function reached(isThere: boolean): void {
  if (!isThere) throw new OutputError('the browser went away before the reply was sent')
}

const internal: Failure = {
  message: 'internal error: what happened is on the stderr of the panel',
  hint: undefined,
  hintIsForShell: false,
  exitCode: 2,
}

function failureOf({ message, hint, hintIsForShell, exitCode }: UserError): Failure {
  return { message, hint, hintIsForShell, exitCode }
}

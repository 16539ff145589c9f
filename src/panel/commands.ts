import type { Account } from '../accounts/states.ts'
import type { Caller } from '../audit/write.ts'
import type { Invitation } from '../invites/message.ts'
import type { RevokedInvite } from '../invites/saved.ts'
import type { Result } from '../operations/result.ts'

/** Who asks, for the audit log. */
export type Visitor = Pick<Caller, 'ip' | 'ua'>

/** Where something is shown that does not stop a command. */
export interface WarningPage {
  warned(text: string): void
}

/** The reply to an operation. */
export interface Reply {
  text: string
  /** The new password that was recognised in it. */
  password: string | undefined
}

/** The page on which an operation is shown. */
export interface OperationPage extends WarningPage {
  /** The bot says something that is no reply, before the reply. */
  botSaid(text: string): void
  /** Shows the reply; false if the browser went away before all of it was sent. */
  replied(reply: Reply): Promise<boolean>
  /** What was typed where the exact id is asked for. */
  retyped(): string
}

/** The page on which several new accounts are shown, in the order in which they were given. */
export interface SeveralPage extends WarningPage {
  /** Shows a reply, empty where it is a refusal; false if the browser went away before all of it was sent. */
  replied(userId: string, reply: Reply): Promise<boolean>
  ended(userId: string, result: Result): Promise<unknown>
  /** No reply came, or it could not be shown. */
  failed(userId: string, failure: Failure): Promise<unknown>
}

/** What became of several new accounts. */
export interface SeveralCreated {
  done: number
  /** Their user IDs. */
  unsent: readonly string[]
  /** What stopped it, where it is not the fault of one account. */
  failure: Failure | undefined
}

/** The page on which an invite is handed out. */
export interface InvitationPage extends WarningPage {
  /** False if the browser went away before all of it was sent. */
  handed(invitation: Invitation): Promise<boolean>
}

/** Which server this is, whose token is used, and what is set for it. */
export interface Identity {
  serverName: string
  operator: string
  /** For how many days an invite is valid by the settings. */
  inviteDays: number | undefined
}

/** The accounts of the server. */
export interface AccountList {
  userIds: readonly string[]
  /** The server's own text, at most its first 2 MiB. */
  text: string
  isCut: boolean
}

export interface AccountDetails {
  account: Account
  displayName: string | null
}

/** What became of minting; `failure`: why it was less than asked for. */
export interface MintedInvites {
  minted: number
  expires: Date | undefined
  failure: Failure | undefined
}

/** An invite that was saved. */
export interface InviteEntry {
  /** Identifies the invite, and is not its token. */
  id: string
  /** How its token begins. */
  beginning: string
  state: 'valid' | 'given' | 'expired' | 'used or unknown'
  expires: Date | undefined
  given: Date | undefined
}

/** What was removed from the saved invites. */
export interface RemovedInvites {
  revoked: number
  dropped: number
  kept: number
}

/** Something that was done, as the audit log has it. */
export interface ActivityEntry {
  /** When it began, as it is written there. */
  time: string
  operation: string
  target: string
  source: string
  address: string
  /** How it ended; undefined where no end is recorded. */
  outcome: string | undefined
  /** The exit code at its end. */
  code: number | undefined
}

export interface ActivityQuery {
  /** A user ID or a username: whose account it was done to, or by. */
  user: string | undefined
  /** What was done to it only. */
  asTarget?: boolean
  operation: string | undefined
  /** From the newest: how many are left out, and how many are wanted. */
  skip: number
  count: number
}

export interface Activity {
  entries: readonly ActivityEntry[]
  /** How many there are that fit the query, in the part of the log that was read. */
  total: number
  /** Whether the log goes back further than what was read. */
  isCut: boolean
}

/** Why something was not done, or not wholly. */
export interface Failure {
  message: string
  hint: string | undefined
  hintIsForShell: boolean
  /** Whether `matrix-users check` looks for the cause. */
  diagnosable?: boolean
  /** Whether a command was sent, or may have been. */
  exitCode: number
}

export type Ended<T> = { kind: 'done'; result: T } | { kind: 'failed'; failure: Failure }

/** What the panel can do. The program passes it in as plain data: the panel is a bundle of its own and shares no module with it. */
export interface Commands {
  identity(): Promise<Ended<Identity>>
  listAccounts(): Promise<Ended<AccountList>>
  /** The states of accounts, in their order; `onProgress` gets how many are known. */
  askStates(userIds: readonly string[], onProgress?: (known: number) => void): Promise<Ended<Account[]>>
  askDetails(userId: string): Promise<Ended<AccountDetails>>
  operate(operation: string, user: string, page: OperationPage, visitor: Visitor): Promise<Ended<Result>>
  /** Creates accounts, one username per line. */
  createSeveral(usernames: string, page: SeveralPage, visitor: Visitor): Promise<Ended<SeveralCreated>>
  listInvites(page: WarningPage): Promise<Ended<InviteEntry[]>>
  mintInvites(
    count: number,
    days: number | undefined,
    page: WarningPage,
    visitor: Visitor,
  ): Promise<Ended<MintedInvites>>
  /** Hands out the next unused invite, or shows the one with that id (again). */
  takeInvite(page: InvitationPage, visitor: Visitor, id?: string): Promise<Ended<void>>
  revokeInvite(id: string, page: WarningPage, visitor: Visitor): Promise<Ended<RevokedInvite>>
  removeInvites(page: WarningPage, visitor: Visitor): Promise<Ended<RemovedInvites>>
  readActivity(query: ActivityQuery): Promise<Ended<Activity>>
  /** Resolves when no command is under way. */
  settled(): Promise<unknown>
  /** Ends the commands that are under way, as Ctrl-C does at a shell. */
  interrupt(): void
}

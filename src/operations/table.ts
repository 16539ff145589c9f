import type { AccountState } from '../accounts/account-state.ts'

/** Which account an operation takes, and in what form the admin command wants it. */
export type ArgumentKind = 'none' | 'localpart' | 'mxid'

/** How the account's state shows whether the operation took effect. */
export interface Effect {
  /** The endpoint that is asked (MSC4323). */
  ask: 'suspend' | 'lock'
  /** States that mean done. */
  done: readonly AccountState[]
  /** States that do not show the operation, because it does not change them. */
  silent?: readonly AccountState[]
  /** States in which the server does not say whether the operation took effect. */
  hidden?: readonly AccountState[]
}

/** What an operation is in the server's API, where the admin room has no command for it. */
export type ApiAction = { kind: 'suspend' | 'lock'; value: boolean } | { kind: 'logout' }

export interface Operation {
  name: string
  /** The admin command's words; the account follows them. */
  words: readonly string[]
  argument: ArgumentKind
  summary: string
  /** Changes something on the server, so it is audited. */
  writes: boolean
  /** The reply holds a password: it is redacted in the room once it was delivered. */
  secret?: true
  /** The word with which the admin command also ends the account's sessions; --logout asks for it. */
  logoutWord?: string
  /** A success in words; % stands for the account. */
  past?: string
  /** Why the exact id must be retyped, or --yes given: what the operation does, in words that follow its name. */
  retype?: string
  /** On the operator's own account only with --self. */
  sparesOperator?: true
  /** The server refuses it for its admins, of whom the operator is one. */
  sparesAdmins?: true
  /** Refused unless the account is there and active; its effect shows in the admin room's members. */
  grantsAdmin?: true
  /** Refused where the server does not know the account: some servers would make it. */
  needsAccount?: true
  /** The same by the server's API. */
  api?: ApiAction
  /** It also ends the account's sessions, by a word that not every server knows. */
  endsSessions?: true
  effect?: Effect
}

const present: readonly AccountState[] = ['active', 'suspended', 'locked', 'admin']

/** Every operation on users. The command line, the panel and the tests are built from this table. */
export const operations: readonly Operation[] = [
  {
    name: 'list',
    words: ['users', 'list-users'],
    argument: 'none',
    summary: 'List the accounts of this server',
    writes: false,
  },
  {
    name: 'create',
    words: ['users', 'create-user'],
    argument: 'localpart',
    summary: 'Create an account and print its generated password',
    past: 'created %',
    writes: true,
    secret: true,
    effect: { ask: 'suspend', done: present },
  },
  {
    name: 'reset-password',
    words: ['users', 'reset-password'],
    logoutWord: '--logout',
    argument: 'localpart',
    summary: 'Reset a password and print the new one',
    past: 'reset the password of %',
    writes: true,
    secret: true,
    needsAccount: true,
    effect: { ask: 'suspend', done: [], silent: present },
  },
  {
    name: 'suspend',
    words: ['users', 'suspend'],
    argument: 'mxid',
    summary: 'Suspend an account, which can then only read',
    past: 'suspended %',
    writes: true,
    sparesAdmins: true,
    needsAccount: true,
    api: { kind: 'suspend', value: true },
    effect: { ask: 'suspend', done: ['suspended'] },
  },
  {
    name: 'unsuspend',
    words: ['users', 'unsuspend'],
    argument: 'mxid',
    summary: 'End the suspension of an account',
    past: 'unsuspended %',
    writes: true,
    needsAccount: true,
    api: { kind: 'suspend', value: false },
    effect: { ask: 'suspend', done: ['active'], hidden: ['admin'] },
  },
  {
    name: 'deactivate',
    words: ['users', 'deactivate'],
    argument: 'mxid',
    summary: 'Permanently deactivate an account and remove it from its rooms',
    past: 'deactivated %',
    writes: true,
    retype: 'cannot be undone',
    sparesOperator: true,
    needsAccount: true,
    effect: { ask: 'suspend', done: ['deactivated'] },
  },
  {
    name: 'lock',
    words: ['users', 'lock'],
    argument: 'mxid',
    summary: 'Lock an account, which blocks all its sessions until it is unlocked',
    past: 'locked %',
    writes: true,
    sparesAdmins: true,
    needsAccount: true,
    api: { kind: 'lock', value: true },
    effect: { ask: 'lock', done: ['locked'] },
  },
  {
    name: 'unlock',
    words: ['users', 'unlock'],
    argument: 'mxid',
    summary: 'Unlock an account',
    past: 'unlocked %',
    writes: true,
    needsAccount: true,
    api: { kind: 'lock', value: false },
    effect: { ask: 'lock', done: ['active'], hidden: ['admin'] },
  },
  {
    name: 'logout',
    words: ['users', 'logout'],
    argument: 'mxid',
    summary: 'End all sessions of an account',
    past: 'logged out %',
    writes: true,
    sparesAdmins: true,
    needsAccount: true,
    api: { kind: 'logout' },
    effect: { ask: 'suspend', done: [], silent: present },
  },
  {
    name: 'make-admin',
    words: ['users', 'make-user-admin'],
    argument: 'mxid',
    summary: 'Make an account an admin of this server',
    past: 'made % an admin',
    writes: true,
    retype: 'gives control of the whole server',
    grantsAdmin: true,
    needsAccount: true,
    effect: { ask: 'suspend', done: [], silent: present },
  },
]

/** The same operation ending the account's sessions too. On the operator's own account that would end the session that this program uses. */
export function andLogout(operation: Operation): Operation {
  const { words, logoutWord } = operation
  if (logoutWord === undefined) return operation
  return { ...operation, words: [...words, logoutWord], sparesOperator: true, endsSessions: true }
}

/** An operation that took effect, in words: `suspended @alice:home.example.org`. */
export function inPast({ past }: Operation, mxid: string): string {
  return (past ?? 'done: %').replace('%', () => mxid)
}

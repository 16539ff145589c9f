import { type Operation, operations } from '../operations/table.ts'

/** How the panel speaks of one operation on an account. */
export interface Wording {
  heading: string
  /** What it does, in a sentence. */
  about: string
  /** What the button says: the result. */
  button: string
}

const words: Record<string, Wording> = {
  create: {
    heading: 'Create account',
    about: 'The server generates a password, which is shown once.',
    button: 'Create account',
  },
  'reset-password': {
    heading: 'Reset password',
    about: 'The server generates a new password, which is shown once.',
    button: 'Reset password',
  },
  suspend: {
    heading: 'Suspend',
    about: 'The account can read, but not write.',
    button: 'Suspend account',
  },
  unsuspend: {
    heading: 'Unsuspend',
    about: 'The account can write again.',
    button: 'Unsuspend account',
  },
  deactivate: {
    heading: 'Deactivate',
    about: 'Permanent. The account leaves its rooms, and its name cannot be used again.',
    button: 'Deactivate account',
  },
  lock: {
    heading: 'Lock',
    about: 'All its sessions are blocked until it is unlocked.',
    button: 'Lock account',
  },
  unlock: { heading: 'Unlock', about: 'Its sessions work again.', button: 'Unlock account' },
  logout: {
    heading: 'End all sessions',
    about: 'The account must log in again everywhere.',
    button: 'End sessions',
  },
  'make-admin': {
    heading: 'Make admin',
    about: 'Admins can manage every account. The panel cannot take this back.',
    button: 'Make admin',
  },
}

/** The wording of an operation; its summary where a newer one has none here. */
export function wordingOf({ name, summary }: Operation): Wording {
  return words[name] ?? { heading: name, about: `${summary}.`, button: name }
}

/** What the audit log holds besides operations on accounts. */
const others: Readonly<Record<string, string>> = {
  invite: 'Create invites',
  'invite-take': 'Hand out invite',
  'invite-revoke': 'Revoke invite',
  'invite-prune': 'Remove used invites',
  run: 'Run a command',
  login: 'Log in to the panel',
  'lock-out': 'Panel lock-out',
  'set-password': 'Set the panel password',
  'create-admin': 'Set up the operator',
}

/** The operations that change an account. */
export const changes: readonly Operation[] = operations.filter(({ writes }) => writes)

/** What the audit log may be filtered by. */
export const recordedOperations: readonly string[] = [...changes.map(({ name }) => name), ...Object.keys(others)]

/** An operation of the audit log in words; the name itself where other programs write one that is unknown here. */
export function recordedAs(name: string): string {
  if (Object.hasOwn(others, name)) return others[name] ?? name
  return Object.hasOwn(words, name) ? (words[name]?.heading ?? name) : name
}

/** Of new invites and of the panel itself there is nothing to name. */
const nameless: ReadonlySet<string> = new Set(['invite', 'login', 'lock-out', 'set-password'])

/** Whether the log names an account, a command or invites for it. */
export function concernsSomething(name: string): boolean {
  return !nameless.has(name)
}

export function operationNamed(name: string): Operation | undefined {
  return changes.find((operation) => operation.name === name)
}

/** What a success is called, of an account. */
export function successOf({ past, name }: Operation, userId: string): string {
  const words = past ?? `done: ${name} %`
  return words.charAt(0).toUpperCase() + words.slice(1).replace('%', () => userId)
}

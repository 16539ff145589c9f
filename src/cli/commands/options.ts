import type { Options } from 'yargs'

const flag = { type: 'boolean' } as const
const text = { type: 'string', requiresArg: true } as const

/** Every option of every command. A command lists the names of those that it takes; `common` ones need no listing. */
export const options = {
  'env-file': { ...text, group: 'Settings:', describe: 'read settings from this file' },
  profile: { ...text, group: 'Settings:', describe: 'read settings from this profile (matrix-users/NAME.env)' },
  timeout: { ...text, group: 'Settings:', describe: 'seconds to wait for a reply (25)' },
  json: { ...flag, group: 'Output:', describe: 'print one JSON object' },
  quiet: { ...flag, group: 'Output:', describe: 'no notices and no progress on stderr, only warnings and errors' },
  'dry-run': { ...flag, describe: 'print the message that would be posted; send nothing' },
  'keep-reply': { ...flag, describe: 'leave a reply with a secret in the admin room' },
  passwords: { ...flag, describe: 'print USER_ID, a tab and the password instead of the reply (one login proves it)' },
  logout: { ...flag, describe: 'also end all sessions of the account' },
  yes: { ...flag, describe: 'do it without asking, and where it cannot be checked' },
  self: { ...flag, describe: "allow the operator's own account" },
  block: { ...text, describe: 'file whose lines follow as a fenced block; - is stdin' },
  secret: { ...flag, describe: 'the reply holds a secret: redact it once delivered' },
  'token-file': { ...text, describe: 'file with the registration token; - is stdin' },
  'with-token': { ...flag, describe: 'use an access token, from a hidden prompt or stdin, instead of a password' },
  days: { ...text, describe: 'days until the invites end (INVITE_TOKEN_DAYS, 7)' },
  ensure: { ...text, describe: 'prune, then mint what is missing to this many valid invites not given yet' },
  show: { ...flag, describe: 'print the tokens themselves' },
  qr: { ...flag, describe: 'draw the invite as a QR code' },
  link: { ...flag, describe: 'print the link to the registration page instead of the token' },
  text: { ...flag, describe: 'print a message to send on: server, token, steps' },
  generate: { ...flag, describe: 'make one up, and print it once' },
  'all-profiles': { ...flag, group: 'Settings:', describe: 'for each profile, one after another' },
  from: { ...text, describe: 'file of users, one a line, # begins a comment; - is stdin' },
  parallel: { ...text, describe: 'how many commands are in flight at once (4)' },
  failed: { ...text, describe: 'file for the users that were not done (FILE.failed)' },
  resume: { ...flag, describe: 'go on after an interruption: skip what the server says is done' },
  ids: { ...flag, describe: 'print the user IDs, one per line' },
  state: { ...flag, describe: 'print each account with its state' },
  only: { ...text, describe: 'only accounts that are active, suspended, locked, deactivated or admin' },
  follow: { ...flag, describe: 'keep printing new entries until Ctrl-C' },
  user: { ...text, describe: 'only entries about this user ID or username' },
  since: { ...text, describe: 'only entries since this date (2026-11-01) or age (7d, 12h)' },
  limit: { ...text, describe: 'only the newest N entries' },
} satisfies Record<string, Options>

export type OptionName = keyof typeof options

export const optionNames = Object.keys(options) as OptionName[]

/** Whether a value follows the option. */
export function takesValue(name: OptionName): boolean {
  return options[name].type === 'string'
}

export const common: readonly OptionName[] = ['env-file', 'profile', 'timeout', 'json', 'quiet']

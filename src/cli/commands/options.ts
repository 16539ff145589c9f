/** An option without a value, and one with; help calls the value by that word. */
export interface Option {
  describe: string
  type: 'boolean' | 'string'
  value?: string
  /** One letter for it. */
  short?: string
}

const flag = { type: 'boolean' } as const
const text = { type: 'string', value: 'VALUE' } as const

/** Every option of every command. A command lists the names of those that it takes; `common` ones need no listing. */
export const options = {
  'env-file': { ...text, value: 'FILE', describe: 'read settings from this file' },
  profile: { ...text, value: 'NAME', describe: 'read settings from the profile ~/.config/matrix-users/NAME.env' },
  timeout: { ...text, value: 'SECONDS', describe: 'seconds to wait for a reply (default: 25)' },
  json: { ...flag, describe: 'print JSON' },
  quiet: { ...flag, short: 'q', describe: 'print only warnings and errors on stderr, no notices or progress' },
  'dry-run': {
    ...flag,
    describe: 'print what would be sent and send nothing; accounts are not looked up on the server',
  },
  'keep-reply': { ...flag, describe: 'do not redact a reply that holds a password' },
  passwords: { ...flag, describe: 'print USER_ID, a tab and the password (checked by a login) instead of the reply' },
  logout: { ...flag, describe: 'also end all sessions of the account' },
  yes: { ...flag, describe: 'skip the confirmation' },
  self: { ...flag, describe: "allow it for the operator's own account, where it would lock the operator out" },
  block: { ...text, value: 'FILE', describe: 'append the lines of this file as a fenced block (- is stdin)' },
  secret: { ...flag, describe: 'redact the reply in the room after printing it, because it holds a secret' },
  'token-file': { ...text, value: 'FILE', describe: 'read the registration token from this file (- is stdin)' },
  'with-token': { ...flag, describe: 'use an access token, from a hidden prompt or stdin, instead of a password' },
  days: { ...text, value: 'N', describe: 'days until the invites expire (default: INVITE_TOKEN_DAYS or 7)' },
  ensure: { ...text, value: 'N', describe: 'keep N unused invites available' },
  show: { ...flag, describe: 'print the whole tokens' },
  qr: { ...flag, describe: 'draw the invite as a QR code' },
  link: { ...flag, describe: 'print the link to the registration page instead of the token' },
  text: { ...flag, describe: 'print a message to forward: server, token, steps' },
  generate: { ...flag, describe: 'generate a password and print it once' },
  'all-profiles': { ...flag, describe: 'run for each profile, one after another' },
  from: {
    ...text,
    value: 'FILE',
    describe: 'read users from this file, one per line (# starts a comment, - is stdin)',
  },
  parallel: { ...text, value: 'N', describe: 'keep up to N commands in flight at once (default: 4)' },
  failed: {
    ...text,
    value: 'FILE',
    describe: 'write failed users to FILE (default: the --from file with .failed added)',
  },
  resume: { ...flag, describe: 'continue after an interruption: skip what the server says is done' },
  ids: { ...flag, describe: 'print the user IDs, one per line' },
  state: { ...flag, describe: 'print each account with its state' },
  only: {
    ...text,
    value: 'STATE',
    describe: 'list only accounts that are active, suspended, locked, deactivated or admin',
  },
  follow: { ...flag, describe: 'keep printing new entries until Ctrl-C' },
  user: { ...text, value: 'USER', describe: 'print only entries about this user ID or username' },
  since: { ...text, value: 'WHEN', describe: 'print only entries since this date (2026-11-01) or age (7d, 12h)' },
  limit: { ...text, value: 'N', describe: 'print only the newest N entries' },
} satisfies Record<string, Option>

export type OptionName = keyof typeof options

/** An option as the table has it, with what some rows lack. */
export function optionOf(name: OptionName): Option {
  return options[name]
}

export const optionNames = Object.keys(options) as OptionName[]

/** Whether a value follows the option. */
export function takesValue(name: OptionName): boolean {
  return options[name].type === 'string'
}

export const common: readonly OptionName[] = ['env-file', 'profile', 'timeout', 'json', 'quiet']

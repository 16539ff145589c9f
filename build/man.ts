import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, CommandGroup } from '../src/cli/commands/command.ts'
import { sections } from '../src/cli/commands/index.ts'
import { common, type OptionName, optionOf } from '../src/cli/commands/options.ts'
import { usageShown } from '../src/cli/help-text.ts'
import { type Setting, settingsTable } from '../src/config/settings-table.ts'
import { exitCodes } from '../src/errors.ts'
import { root } from './base.ts'
import { list, literal, text } from './mdoc.ts'
import { type Release, release } from './release.ts'

/** An option that this many commands take is described once for all. */
const shared = 3

interface Entry {
  /** `invite ` for a command of that group. */
  before: string
  command: Command
}

const entriesOf = (of: Command<never> | CommandGroup): Entry[] =>
  'commands' in of
    ? of.commands.map((command) => ({ before: `${of.name} `, command: command as Command }))
    : [{ before: '', command: of as Command }]

const all = sections.flatMap(({ entries }) => entries.flatMap(entriesOf))

const timesTaken = (name: OptionName): number => all.filter(({ command }) => command.options?.includes(name)).length

/** The manual page (mdoc) of a release, from the tables that `--help` is made of. */
export function manual({ version, date }: Release): string {
  return [
    `.Dd ${inWords(date)}`,
    '.Dt MATRIX-USERS 1',
    '.Os',
    '.Sh NAME',
    '.Nm matrix-users',
    '.Nd manage the users of a Matrix homeserver through its admin room',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar command',
    '.Op Ar argument ...',
    '.Op Ar option ...',
    '.Nm',
    '.Cm help',
    '.Op Ar command',
    '.Sh DESCRIPTION',
    ...description(version),
    '.Sh COMMANDS',
    text('USER is a username, such as alice, or a user ID, such as @alice:example.org.'),
    ...sections.flatMap(({ title, entries }) => [`.Ss ${title}`, ...list(entries.flatMap(entriesOf).map(commandItem))]),
    '.Sh OPTIONS',
    text('Options may stand anywhere; what follows -- is never an option.'),
    '.Ss For every command',
    ...list([
      ...common.map(option),
      ['Fl h , Fl -help', text('show the options and examples of the command')],
      ['Fl V , Fl -version', text('show the version')],
    ]),
    '.Ss For several commands',
    ...list(sharedOptions().map(option)),
    '.Sh ENVIRONMENT',
    ...environment(),
    '.Sh FILES',
    ...files(),
    '.Sh EXIT STATUS',
    ...list(Object.values(exitCodes).map(({ code, meaning }) => [String(code), text(meaning)])),
    '.Sh EXAMPLES',
    ...examples(),
    '.Sh SECURITY',
    ...security(),
    '.Sh SEE ALSO',
    ...seeAlso(),
    '',
  ].join('\n')
}

/** As mdoc wants it: `November 26, 2026`. */
function inWords(date: string): string {
  return new Date(date).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' })
}

function description(version: string): string[] {
  return [
    '.Nm',
    'posts admin commands into the admin room of a continuwuity or tuwunel',
    'homeserver, recognises the reply to its own command, and prints it unchanged.',
    text(
      'The admin room is the Matrix room in which the server carries out the commands of its admins. The operator is the admin account whose access token is used: log in once with the command login, or create the first account of a new server with create-admin. If something does not work, run check.',
    ),
    '.Pp',
    text(
      'The reply goes to stdout and everything else to stderr. A reply that holds a password is redacted in the admin room once it is printed. Whether a command took effect is asked from the API of the server and shown by the exit status; the words of a reply are never interpreted.',
    ),
    '.Pp',
    text(`This is version ${version}.`),
  ]
}

/** Summary, arguments and own options of a command; of options that many commands take, only the names. */
function commandItem({ before, command }: Entry): [string, ...string[]] {
  const { usage, aliases = [], summary, details = [], positionals = {}, options = [] } = command
  const also = options.filter((name) => timesTaken(name) >= shared)
  const words = [
    `${summary}.`,
    ...details,
    ...(aliases.length === 0 ? [] : [`Another name is ${aliases.join(', ')}.`]),
    ...(also.length === 0 ? [] : [`Also takes ${inList(also.map((name) => `--${name}`))}.`]),
  ]
  const own = options.filter((name) => !also.includes(name))
  const args = Object.entries(positionals).filter(([name]) => name !== 'user')
  return [
    `Ic ${(before + usageShown(usage)).trim().replace('…', ' ...').replace(/[[\]]/g, '\\&$&')}`,
    text(words.join(' ')),
    ...list(
      [...args.map(([name, what]): [string, string] => [`Ar ${name.toUpperCase()}`, text(what)]), ...own.map(option)],
      ' -compact',
    ),
  ]
}

function inList(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function sharedOptions(): OptionName[] {
  const taken = new Set(all.flatMap(({ command }) => command.options ?? []))
  return [...taken].filter((name) => timesTaken(name) >= shared).sort()
}

function option(name: OptionName): [string, string] {
  const { describe, short, value } = optionOf(name)
  const letter = short === undefined ? '' : `Fl ${short} , `
  return [`${letter}Fl -${name}${value === undefined ? '' : ` Ar ${value}`}`, text(describe)]
}

function environment(): string[] {
  const settings = Object.values(settingsTable) as Setting<unknown>[]
  return [
    text(
      'The first of these that sets a value wins: the option; the env file named for this call (--env-file, the path in POCKET_ENV, or --profile); the environment; the default profile; the default.',
    ),
    ...list([
      ...settings.map((setting): [string, string] => [`Ev ${setting.names.join(' , ')}`, text(withDefault(setting))]),
      ['Ev POCKET_ENV', text('path of an env file to read settings from')],
      ['Ev NO_COLOR', text('print without colours')],
      ['Ev CLICOLOR_FORCE', text('print with colours, also where stderr is not a terminal')],
    ]),
  ]
}

function withDefault({ summary, otherwise }: Setting<unknown>): string {
  const value = otherwise?.({ userDataDir: '$XDG_DATA_HOME/matrix-users', dataDir: '$DATA_DIR' })
  return value === undefined ? summary : `${summary} (default: ${value})`
}

function files(): string[] {
  return list([
    [
      'Pa ~/.config/matrix-users/NAME.env',
      text('a profile: the settings for one server. The one named default.env needs no --profile'),
    ],
    [
      'Pa $DATA_DIR/secrets/admin-credentials.env',
      text("the operator's access token and, after create-admin, its password; mode 600"),
    ],
    ['Pa $DATA_DIR/secrets/invite-tokens.txt', text('the saved invites; mode 600')],
    ['Pa $DATA_DIR/secrets/adminweb-password.hash', text('the scrypt hash of the panel password; mode 600')],
    ['Pa $DATA_DIR/logs/admin-audit.log', text('who changed what, when, and how it ended; one JSON object per line')],
  ])
}

/** Each command's examples, without those that say no more than its summary or than an earlier one. */
function examples(): string[] {
  const said = new Set<string>()
  const isNew = (what: string, summary: string, at: number) =>
    !said.has(what) && said.add(what) && (at > 0 || what.toLowerCase() !== summary.toLowerCase())
  return sections.flatMap(({ title, entries }) => {
    const chosen = entries
      .flatMap(entriesOf)
      .flatMap(({ command: { summary, examples = [] } }) => examples.filter(([, what], at) => isNew(what, summary, at)))
    const lines = chosen.map(([call, what]) => [text(`${what}:`), literal(call.replaceAll('$0', 'matrix-users'))])
    return [`.Ss ${title}`, ...lines.flatMap((pair, at) => (at === 0 ? pair : ['.Pp', ...pair]))]
  })
}

function security(): string[] {
  return [
    text(
      'The access token is sent to the homeserver only, over https or to this machine, unless MATRIX_ADMIN_ALLOW_PLAIN_HTTP is true. It is never printed or logged. Passwords and access tokens are never taken from the arguments, which other users of the machine can see. Credentials that other users can read are refused.',
    ),
    '.Pp',
    text(
      'Until it is used or revoked, an invite lets one person register. The audit log and invite list show only the beginning of its token; invite revoke takes that beginning, and the whole token from stdin.',
    ),
    '.Pp',
    text(
      'A homeserver that is down leaves its port free, so that another user of this machine could listen there and receive the token. Use a port below 1024, https, or a machine without other users.',
    ),
  ]
}

function seeAlso(): string[] {
  return [
    '.Xr ssh 1 ,',
    '.Xr crontab 5',
    '.Pp',
    text(
      'The pages in the folder docs of a release describe invites, the panel, scripts and cron, and security in full.',
    ),
    '.Pp',
    '.Lk https://continuwuity.org/ continuwuity',
    '.Pp',
    '.Lk https://spec.matrix.org/latest/client-server-api/ "Matrix Client-Server API"',
  ]
}

if (import.meta.filename === process.argv[1]) writeFileSync(join(root, 'dist', 'matrix-users.1'), manual(release()))

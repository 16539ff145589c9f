import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, CommandGroup } from '../src/cli/commands/command.ts'
import { sections } from '../src/cli/commands/index.ts'
import { common, type OptionName, optionOf } from '../src/cli/commands/options.ts'
import { usageShown } from '../src/cli/help-text.ts'
import { type Setting, settingsTable } from '../src/config/settings-table.ts'
import { exitCodes } from '../src/errors.ts'
import { root } from './base.ts'
import { type Release, release } from './release.ts'

/** The manual page (mdoc) of a release, from the tables that `--help` is made of. */
export function manual({ version, date }: Release): string {
  const settings = Object.values(settingsTable) as Setting<unknown>[]
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
    '.Op Ar options',
    '.Sh DESCRIPTION',
    text(
      'Posts admin commands into the admin room of a continuwuity or tuwunel homeserver, recognises the reply to its own command, and prints it unchanged. A reply that holds a password is redacted in the room once it is printed. The admin room is the Matrix room in which the server carries out the commands of its admins. The operator is the admin account whose access token is used.',
    ),
    '.Pp',
    text(`This is version ${version}.`),
    '.Sh COMMANDS',
    ...sections.flatMap(({ title, entries }) => [
      `.Ss ${title}`,
      '.Bl -tag -width Ds',
      ...entries.flatMap((one) => section(one as Command | CommandGroup)),
      '.El',
    ]),
    '.Sh OPTIONS',
    'Every command takes these:',
    '.Bl -tag -width Ds',
    ...common.flatMap(option),
    '.It Fl h , Fl -help',
    'Show what the command takes, with examples.',
    '.It Fl V , Fl -version',
    'Show the version.',
    '.El',
    '.Sh ENVIRONMENT',
    text(
      'The first of these that sets a value wins: the option; the env file named for this call (--env-file, the path in POCKET_ENV, or --profile); the environment; the default profile; the default.',
    ),
    '.Bl -tag -width Ds',
    ...settings.flatMap((setting) => [`.It Ev ${setting.names.join(' , ')}`, text(withDefault(setting))]),
    '.El',
    '.Sh FILES',
    '.Bl -tag -width Ds',
    '.It Pa ~/.config/matrix-users/NAME.env',
    text('A profile. The one named default.env is read without being named'),
    '.It Pa $DATA_DIR/secrets/admin-credentials.env',
    text("the operator's access token and, after create-admin, its password; mode 600"),
    '.It Pa $DATA_DIR/secrets/invite-tokens.txt',
    text('the saved invites'),
    '.It Pa $DATA_DIR/logs/admin-audit.log',
    text('who changed what, and when'),
    '.El',
    '.Sh EXIT STATUS',
    '.Bl -tag -width Ds',
    ...Object.values(exitCodes).flatMap(({ code, meaning }) => [`.It ${code}`, text(meaning)]),
    '.El',
    '',
  ].join('\n')
}

/** As mdoc wants it: `November 26, 2026`. */
function inWords(date: string): string {
  return new Date(date).toLocaleDateString('en-US', { dateStyle: 'long', timeZone: 'UTC' })
}

function section(command: Command | CommandGroup): string[] {
  if ('commands' in command) return command.commands.flatMap((one) => entry(one as Command, `${command.name} `))
  return entry(command, '')
}

function entry({ usage, summary, options: names = [], examples = [] }: Command, before: string): string[] {
  const lines = [
    `.It Ic ${(before + usageShown(usage)).trim().replace('…', ' ...').replace(/[[\]]/g, '\\&$&')}`,
    text(summary),
  ]
  if (names.length > 0) lines.push('.Bl -tag -width Ds -compact', ...names.flatMap(option), '.El')
  for (const [call, meaning] of examples)
    lines.push('.Pp', text(`To ${meaning}:`), `.Dl ${roff(call.replaceAll('$0', 'matrix-users'))}`)
  return lines
}

function withDefault({ summary, otherwise }: Setting<unknown>): string {
  const value = otherwise?.({ userDataDir: '$XDG_DATA_HOME/matrix-users', dataDir: '$DATA_DIR' })
  return value === undefined ? summary : `${summary} (default: ${value})`
}

function option(name: OptionName): string[] {
  const { describe, short, value } = optionOf(name)
  const letter = short === undefined ? '' : `Fl ${short} , `
  return [`.It ${letter}Fl -${name}${value === undefined ? '' : ` Ar ${value}`}`, text(describe)]
}

/** A sentence on lines of its own, as long as the source of a manual may be. No dot or quote at the start of a line can make it a request. */
function text(sentence: string): string {
  const whole = sentence.charAt(0).toUpperCase() + sentence.slice(1)
  const sentences = (/[.?!:)]$/.test(whole) ? whole : `${whole}.`).split(/(?<=[.?!]) (?=[A-Z])/)
  const lines = sentences.flatMap((one) => roff(one).match(/.{1,78}(?= |$)/g) ?? [])
  return lines.map((line) => line.trimStart().replace(/^(?=[.'])/, '\\&')).join('\n')
}

function roff(words: string): string {
  return words.replaceAll('\\', '\\e').replaceAll('"', '\\(dq').replaceAll('--', '\\-\\-')
}

if (import.meta.filename === process.argv[1]) writeFileSync(join(root, 'dist', 'matrix-users.1'), manual(release()))

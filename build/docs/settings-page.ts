import { type Setting, settingsTable } from '../../src/config/settings-table.ts'
import { generated, table } from './markdown.ts'

/** docs/settings.md, from the table that checks the settings. */
export function settingsPage(): string {
  const settings = Object.values(settingsTable) as Setting<unknown>[]
  return [
    '# Settings',
    generated,
    'Say where your homeserver is and how this program behaves. `matrix-users login` sets what it needs, so most people never edit a setting. See what is set, and where each value comes from:',
    '```sh\nmatrix-users settings\n```',
    '## All settings',
    table(
      ['name', 'meaning', 'allowed', 'default'],
      settings.map((one) => [
        one.names.map((name) => `\`${name}\``).join(', then '),
        one.summary,
        one.allowed,
        defaultOf(one),
      ]),
    ),
    '## Where values come from',
    `The first of these that sets a name wins:

1. the option, such as \`--timeout 60\`
2. the env file named for this call: \`--env-file FILE\`, \`--profile NAME\` or \`POCKET_ENV\`
3. the environment
4. the default profile, \`~/.config/matrix-users/default.env\`
5. the default

A \`.env\` in the current folder is never read.`,
    '## Env files',
    `An env file means what bash makes of its assignments: quotes, \`$VAR\` and \`\${VAR:-default}\` work. Anything that bash would execute, such as
\`$(…)\`, is refused with its line.

A profile is an env file for one server, \`~/.config/matrix-users/NAME.env\`. A profile, and any env file that sets \`MATRIX_HS_API\`, takes
${listed(settings.filter(({ ofServer, names }) => ofServer && !names.includes('MATRIX_HS_API')).map(({ names }) => `\`${names[0]}\``))}
from no other source, so that no token goes to another server.`,
    '## Files',
    table(
      ['file', 'what it holds'],
      [
        ['`~/.config/matrix-users/NAME.env`', 'a profile'],
        ['`DATA_DIR/secrets/admin-credentials.env`', "the operator's credentials, mode 600"],
        ['`DATA_DIR/secrets/invite-tokens.txt`', 'the saved [invites](invites.md), mode 600'],
        ['`DATA_DIR/secrets/adminweb-password.hash`', 'the scrypt hash of the [panel](panel.md) password, mode 600'],
        ['`DATA_DIR/logs/admin-audit.log`', 'who changed what, and when; `matrix-users audit` shows it'],
      ],
    ),
    '`login` and `create-admin` write the credentials file. You can also write it by hand; `ADMIN_PASS`, the password, is optional (only `create-admin` saves it):',
    `\`\`\`sh
ADMIN_USER=admin
ADMIN_MXID=@admin:home.example.org
ADMIN_TOKEN=the_access_token
ADMIN_PASS=the_password
SERVER_NAME=home.example.org
\`\`\``,
    '',
  ].join('\n\n')
}

function defaultOf({ otherwise }: Setting<unknown>): string {
  const value = otherwise?.({ userDataDir: '~/.local/share/matrix-users', dataDir: 'DATA_DIR' })
  return value === undefined ? '' : `\`${value}\``
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

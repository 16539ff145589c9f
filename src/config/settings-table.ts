import { parseBaseUrl } from '../matrix/base-url.ts'
import { isRoomId, isServerName } from '../matrix/identifiers.ts'

/** One setting: its names in the environment and in env files, what it means, and how it is checked. */
export interface Setting<T> {
  names: readonly [string, ...string[]]
  summary: string
  /** What is allowed, for messages. */
  allowed: string
  /** Never shown. */
  secret?: true
  /** Says which server, and whose credentials: a profile, or an env file that names a homeserver, takes it from no other source. */
  ofServer?: true
  /** An empty value counts as a value; without this it means the default. */
  mayBeEmpty?: true
  /** The checked value; undefined if `text` is wrong. `from` names variable and origin. */
  parse(text: string, from: string): T | undefined
  /** The default, as text of the same form; undefined where there is none. */
  otherwise?(defaults: Defaults): string | undefined
}

/** What a default is made of. */
export interface Defaults {
  /** The folder of a user who set none; undefined where there is no home, or where a server of its own was named. */
  readonly userDataDir: string | undefined
  /** DATA_DIR as it is set. */
  readonly dataDir: string | undefined
}

export interface NamedValue {
  value: string
  /** The variable and where it was set. */
  from: string
}

const optionalText = (text: string): string | undefined => text

function setting<T>(row: Setting<T>): Setting<T> {
  return row
}

function whole(least: number, most: number, otherwise: number) {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    parse: (text: string) => (/^\d{1,6}$/.test(text) && +text >= least && +text <= most ? +text : undefined),
    otherwise: () => String(otherwise),
  }
}

function yesNo(otherwise: boolean) {
  return {
    allowed: 'true or false (or 1, 0, yes, no, on, off)',
    parse: (text: string) =>
      /^(true|1|yes|on)$/i.test(text) ? true : /^(false|0|no|off)$/i.test(text) ? false : undefined,
    otherwise: () => String(otherwise),
  }
}

function serverName(names: [string], summary: string): Setting<NamedValue | undefined> {
  return {
    names,
    summary,
    ofServer: true,
    allowed: 'a server name such as home.example.org, with an optional :port',
    parse: (value, from) => (isServerName(value) ? { value, from } : undefined),
  }
}

/** Every setting. The README's table, `settings` and the checks are all this. */
export const settingsTable = {
  homeserver: setting<URL>({
    names: ['MATRIX_HS_API', 'MATRIX_LOOPBACK'],
    summary: 'base URL of the homeserver',
    ofServer: true,
    allowed: 'an http:// or https:// URL without user, query and fragment',
    parse: parseBaseUrl,
    otherwise: () => 'http://127.0.0.1:8448',
  }),
  dataDir: setting<string | undefined>({
    names: ['DATA_DIR'],
    summary: 'folder with secrets/ and logs/',
    ofServer: true,
    allowed: 'the path of a folder',
    parse: optionalText,
    otherwise: ({ userDataDir }) => userDataDir,
  }),
  credentialsFile: setting<string | undefined>({
    names: ['ADMIN_CRED_FILE'],
    summary: "the operator's credentials",
    ofServer: true,
    allowed: 'the path of a file',
    parse: optionalText,
    otherwise: ({ dataDir }) => (dataDir === undefined ? undefined : `${dataDir}/secrets/admin-credentials.env`),
  }),
  prefix: setting<string>({
    names: ['MATRIX_ADMIN_PREFIX'],
    summary: 'prefix of commands in the admin room',
    allowed: 'at most 100 printable characters, no space at either end; may be empty',
    mayBeEmpty: true,
    parse: (text) => (/^(?!\s)[^\p{C}]{0,100}$/u.test(text) && text.trim() === text ? text : undefined),
    otherwise: () => '!admin',
  }),
  timeoutMs: setting<number>({
    names: ['MATRIX_ADMIN_TIMEOUT'],
    summary: 'seconds to wait for a reply',
    allowed: 'a number of seconds, more than 0 and at most 3600',
    parse: (text) => (/^\d{1,4}(\.\d{1,3})?$/.test(text) && +text > 0 && +text <= 3600 ? +text * 1000 : undefined),
    otherwise: () => '25',
  }),
  adminRoomId: setting<string | undefined>({
    names: ['ADMIN_ROOM_ID'],
    summary: 'the admin room, if its alias does not lead to it',
    ofServer: true,
    allowed: 'a room ID such as !abc or !abc:home.example.org',
    parse: (text) => (isRoomId(text) ? text : undefined),
  }),
  serverName: serverName(['MATRIX_SERVER_NAME'], "the homeserver's name, if the credentials do not have it"),
  domain: serverName(['DOMAIN'], "the homeserver's name, if neither MATRIX_SERVER_NAME nor the credentials have it"),
  redact: setting<boolean>({
    names: ['MATRIX_ADMIN_REDACT'],
    summary: 'redact replies with a password in the admin room once they are printed',
    ...yesNo(true),
  }),
  allowPlainHttp: setting<boolean>({
    names: ['MATRIX_ADMIN_ALLOW_PLAIN_HTTP'],
    summary: 'allow the token to be sent over http to another machine',
    ...yesNo(false),
  }),
  inviteTokenDays: setting<number>({
    names: ['INVITE_TOKEN_DAYS'],
    summary: 'days until an invite expires',
    ...whole(1, 3650, 7),
  }),
  enableUserAdmin: setting<boolean>({
    names: ['ENABLE_USER_ADMIN'],
    summary: 'enable the panel',
    ...yesNo(false),
  }),
  adminUser: setting<string>({
    names: ['ADMIN_MATRIX_USER'],
    summary: 'username of the account that create-admin creates',
    allowed: '1 to 64 of a-z 0-9 . _ = -, starting with a letter or a digit',
    parse: (text) => (/^[a-z0-9][a-z0-9._=-]{0,63}$/.test(text) ? text : undefined),
    otherwise: () => 'admin',
  }),
  adminPassword: setting<string | undefined>({
    names: ['ADMIN_MATRIX_PASS'],
    summary: 'password of that account; generated if it is not set',
    allowed: "at most 512 characters, neither ' nor control characters",
    secret: true,
    parse: (text) => (/^[^'\p{Cc}]{1,512}$/u.test(text) ? text : undefined),
  }),
  panelPort: setting<number>({
    names: ['MATRIX_USERS_PANEL_PORT'],
    summary: 'port of the panel on 127.0.0.1',
    ...whole(0, 65535, 9001),
  }),
  adminHost: setting<string | undefined>({
    names: ['ADMIN_HOST'],
    summary: "the panel's name behind a reverse proxy",
    allowed: 'a host name, with an optional :port',
    parse: (text) => (isServerName(text) ? text : undefined),
  }),
  proxySecret: setting<string | undefined>({
    names: ['ADMIN_PROXY_SECRET'],
    summary: 'secret that the reverse proxy sends as X-Panel-Proxy-Secret, so that its X-Forwarded-For is trusted',
    allowed: '16 to 256 printable ASCII characters without spaces',
    secret: true,
    parse: (text) => (/^[!-~]{16,256}$/.test(text) ? text : undefined),
  }),
  adminIdleMinutes: setting<number>({
    names: ['ADMIN_IDLE_MINUTES'],
    summary: 'minutes without a request after which a panel session ends',
    allowed: 'a number of minutes, more than 0 and at most 1440',
    parse: (text) => (/^\d{1,4}(\.\d{1,3})?$/.test(text) && +text > 0 && +text <= 1440 ? +text : undefined),
    otherwise: () => '15',
  }),
  secureCookie: setting<boolean>({
    names: ['ADMINWEB_SECURE_COOKIE'],
    summary: "mark the panel's cookie Secure, for a panel that is reached only over https",
    ...yesNo(false),
  }),
}

/** The checked values, by key. */
export type SettingValues = {
  readonly [Key in keyof typeof settingsTable]: (typeof settingsTable)[Key] extends Setting<infer T> ? T : never
}

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import { DiagnosableError } from '../errors.ts'
import { serverNameOf } from '../matrix/identifiers.ts'
import { quote } from '../system/foreign-text.ts'
import { isOpenToOthers, keepsModes } from '../system/modes.ts'
import { type Assignment, parseAssignments } from './assignments.ts'
import type { Settings } from './settings.ts'

export const credentialKeys = ['ADMIN_USER', 'ADMIN_MXID', 'ADMIN_PASS', 'ADMIN_TOKEN', 'SERVER_NAME'] as const
export type CredentialKey = (typeof credentialKeys)[number]

/** The operator's credentials as the file has them; a value is checked when it is needed. */
export interface Credentials {
  file: string
  /** Whether the file system has permissions that keep other users from reading it. */
  hasModes: boolean
  values: Readonly<Record<string, string>>
  /** The same file as bash reads it. */
  assignments: readonly Assignment[]
}

const sizeLimit = 64 * 1024

/**
 * Opens the credentials file once and checks what was opened: a regular file, owned by `userId` (or we are root), closed to
 * group and others. Throws DiagnosableError with the fix.
 */
export function readCredentials(file: string, userId: number | undefined): Credentials {
  const descriptor = open(file)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new DiagnosableError(`the credentials file is not a regular file: ${file}`)
    if (stat.size > sizeLimit)
      throw new DiagnosableError(`the credentials file is larger than ${sizeLimit} bytes: ${file}`)
    const hasModes = userId !== undefined && !(isOpenToOthers(stat, userId) && !keepsModes(file))
    if (hasModes) requirePrivate(file, stat, userId)
    const text = readFileSync(descriptor, 'utf8')
    return { file, hasModes, values: parse(text), assignments: parseAssignments(text) }
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      throw new DiagnosableError(`the credentials file does not exist: ${file}`, {
        hint: 'run `matrix-users login` (on a new server `matrix-users create-admin`), or set DATA_DIR or ADMIN_CRED_FILE to where it is',
        cause: error,
      })
    throw new DiagnosableError(`cannot read the credentials file: ${file} (${code})`, {
      hint: 'make it readable to the user who runs this',
      cause: error,
    })
  }
}

function requirePrivate(file: string, stat: { mode: number; uid: number }, userId: number): void {
  if (stat.uid !== userId && userId !== 0)
    throw new DiagnosableError(`the credentials file belongs to another user (uid ${stat.uid}): ${file}`, {
      hint: `run this as that user, or: chown ${userId} ${file}`,
    })
  if (isOpenToOthers(stat, userId))
    throw new DiagnosableError(
      `others can read the credentials file (mode ${(stat.mode & 0o777).toString(8)}): ${file}`,
      {
        hint: `chmod 600 ${file}`,
      },
    )
}

/**
 * A value, without expansion; undefined where it is missing or empty. Other programs source the file in bash: throws
 * DiagnosableError for a value that bash would read otherwise.
 */
export function credential(credentials: Credentials, key: CredentialKey): string | undefined {
  const { file, values, assignments } = credentials
  const value = Object.hasOwn(values, key) ? values[key] : undefined
  const assignment = assignments.findLast(({ name }) => name === key)
  if (value === (assignment === undefined ? undefined : literal(assignment))) return value || undefined
  const where = assignment === undefined ? file : `${file}, line ${assignment.line}`
  throw new DiagnosableError(`bash would read ${key} differently (${where})`, {
    hint: `put it in single quotes: ${key}='…'`,
  })
}

/** A value that bash and a parser without expansion read alike. */
function literal(assignment: Assignment): string | undefined {
  if ('fault' in assignment) return undefined
  const texts = assignment.parts.filter((part) => typeof part === 'string')
  return texts.length === assignment.parts.length ? texts.join('') : undefined
}

/**
 * The text of a credentials file that bash sources, Python splits at `=` and we read alike: values plain or in single quotes.
 * Throws DiagnosableError for a value that cannot be written so.
 */
export function formatCredentials(values: Readonly<Record<CredentialKey, string>>): string {
  return credentialKeys.map((key) => `${key}=${quoteValue(key, values[key])}\n`).join('')
}

function quoteValue(key: CredentialKey, value: string): string {
  if (/^[A-Za-z0-9_@:./+=-]*$/.test(value)) return value
  if (!/['\p{Cc}]/u.test(value)) return `'${value}'`
  throw new DiagnosableError(`${key} cannot be written to a credentials file: it contains ' or a control character`)
}

/** Whether a text can be an access token: it goes into a header, and into a file that shells read. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9._~+/=-]{1,4096}$/.test(text)
}

/** The access token. Throws DiagnosableError if it is missing or cannot be one. */
export function requireToken(credentials: Credentials): string {
  const token = credential(credentials, 'ADMIN_TOKEN')
  if (token === undefined) throw missing(credentials, 'ADMIN_TOKEN')
  if (!isToken(token))
    throw new DiagnosableError(
      `ADMIN_TOKEN (${credentials.file}) contains characters that are not allowed in an access token`,
      {
        hint: 'copy the token there exactly, without spaces',
      },
    )
  return token
}

/** The operator's MXID. Throws DiagnosableError if it is missing or malformed. */
export function requireMxid(credentials: Credentials): string {
  const mxid = credential(credentials, 'ADMIN_MXID')
  if (mxid === undefined) throw missing(credentials, 'ADMIN_MXID')
  if (serverNameOf(mxid) === undefined)
    throw new DiagnosableError(`invalid ADMIN_MXID ${quote(mxid)} (from ${credentials.file})`, {
      hint: 'use a user ID like @admin:home.example.org',
    })
  return mxid
}

function missing({ file }: Credentials, key: CredentialKey): DiagnosableError {
  return new DiagnosableError(`${key} is missing in the credentials file: ${file}`, {
    shellHint: 'run `matrix-users login`',
  })
}

/** MATRIX_SERVER_NAME, else the credentials' SERVER_NAME, else DOMAIN. Throws DiagnosableError if it disagrees with ADMIN_MXID. */
export function resolveServerName(settings: Settings, credentials: Credentials): string {
  const mxid = requireMxid(credentials)
  const own = serverNameOf(mxid) ?? ''
  const inFile = settings.serverName === undefined ? credential(credentials, 'SERVER_NAME') : undefined
  const named =
    settings.serverName ??
    (inFile === undefined ? settings.domain : { value: inFile, from: `SERVER_NAME (${credentials.file})` })
  if (named === undefined || named.value === own) return own
  throw new DiagnosableError(
    `${named.from} is ${quote(named.value)}, but ADMIN_MXID (${credentials.file}) is ${quote(mxid)}`,
    {
      hint: 'make both name the same server',
    },
  )
}

/** The token may go over https, or over http to this machine. Throws DiagnosableError. */
export function checkTokenTransport(homeserver: URL, allowPlainHttp: boolean): void {
  if (homeserver.protocol === 'https:' || allowPlainHttp || isLoopback(homeserver.hostname)) return
  throw new DiagnosableError(`the token would go unencrypted to ${homeserver.host}: nothing was sent`, {
    hint: 'use https or a loopback address, or allow it with MATRIX_ADMIN_ALLOW_PLAIN_HTTP=true',
  })
}

/** 127.0.0.0/8, ::1 or localhost, in the form that URL gives them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
